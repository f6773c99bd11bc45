import { ConfigurationError } from '../environments/diagnostics/configuration-error.ts';
import type { Environment } from '../environments/environments.ts';
import {
  HOLDS_CURE,
  HOLDS_FILE,
  type Hold,
  isActive,
  isStop,
  parseHolds,
} from '../environments/holds/holds.ts';
import { PromoteError } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Facts, HoldFacts } from './facts.ts';
import type { Gate } from './gate.ts';

/** The environment's holds in a holds file. A file that cannot be read is a fact too, and closes the gate. */
export function holdFacts({ name }: Environment, text: string | undefined): HoldFacts {
  try {
    const holds = text === undefined ? [] : parseHolds(text);
    return { kind: 'read', holds: holds.filter(({ environment }) => environment === name) };
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    const why = error instanceof ConfigurationError ? error.summary : error.message;
    return { kind: 'unreadable', reason: `${HOLDS_FILE} cannot be read: ${why}` };
  }
}

/**
 * Closed while a hold keeps the digest, or the whole image, out of the environment. A hold on the whole image
 * applies to new digests: it prevents no rollback, and pinned digests may be completed. A held digest is not
 * completed. A stop applies to whatever would be copied or merged.
 */
export const holdGate: Gate = {
  onRollback: 'decides',
  judge: (candidate, { holds, now, kind, command }, { name }) => {
    const isPinned = candidate.edits.length === 0;
    if (holds.kind === 'unreadable') {
      if (isPinned) return undefined;
      return { kind: 'closed', gate: 'hold', reason: holds.reason, hint: HOLDS_CURE };
    }
    const stop = stopAmong(holds, now);
    if (stop !== undefined) {
      const hint = `to end the stop: ${command('lift', name)}`;
      return { kind: 'closed', gate: 'hold', reason: stopText(stop), hint };
    }
    const hold = holds.holds
      .filter(({ digest }) => (kind === 'promotion' && !isPinned) || digest !== 'all')
      .find(held => concerns(held, candidate) && isActive(held, now));
    if (hold === undefined) return undefined;
    const what = hold.digest === 'all' ? `all of ${candidate.image}` : shortDigest(hold.digest);
    return {
      kind: 'closed',
      gate: 'hold',
      reason: `${what} is held by ${sinceOf(hold)}`,
      hint: `to release it: ${command('lift', name, candidate.image)}`,
    };
  },
};

/** The hold that stops everything at the time; `undefined` if there is none. */
export function stopAmong(holds: HoldFacts, now: Date): Hold | undefined {
  return holds.kind === 'read' ? holds.holds.find(held => isStop(held) && isActive(held, now)) : undefined;
}

/** Who stopped everything, since when and why. */
export function stopText(stop: Hold): string {
  return `everything is stopped by ${sinceOf(stop)}`;
}

function sinceOf({ by, since, until, reason }: Hold): string {
  return `${by} since ${since}${until === undefined ? '' : ` until ${until}`}: ${reason}`;
}

/** Who released the hold on exactly this digest, which allows a rollback to it. */
export function liftedHold(candidate: Candidate, { holds }: Facts): Hold['lifted'] {
  if (holds.kind !== 'read') return undefined;
  return holds.holds.find(
    hold => hold.digest === candidate.digest && concerns(hold, candidate) && hold.lifted !== undefined,
  )?.lifted;
}

function concerns({ image, digest }: Hold, candidate: Candidate): boolean {
  return image === candidate.image && (digest === 'all' || digest === candidate.digest);
}

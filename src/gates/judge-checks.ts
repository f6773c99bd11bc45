import type { RequiredCheck } from '../environments/gates/checks.ts';
import { milliseconds } from '../environments/text.ts';
import type { NameMatch } from '../environments/trusted-source.ts';
import type { Digest } from '../oci/digest.ts';
import type { ChecksAnswer } from './facts.ts';

/**
 * What was found of one check: a result and its place, no result, or why it is not known. `unknown` may end
 * by itself; `unreadable` does not.
 */
export type CheckFinding =
  | {
      readonly kind: 'passed' | 'pending' | 'failed';
      /** How and where: `on 1a2b3c4`. */
      readonly said: string;
      readonly evidence?: Digest | undefined;
    }
  /** `said`: what was found in its place. */
  | { readonly kind: 'absent'; readonly said: string | undefined }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly hint: string };

/** A required check, and what was found of it. */
export interface FoundCheck {
  readonly check: RequiredCheck;
  readonly found: CheckFinding;
}

/** The commit since which the environment before pins the digest. */
export interface Pinning {
  /** The environment's name. */
  readonly from: string;
  readonly commit: string;
  readonly date: Date;
}

/**
 * Open if all checks have passed. A failed check closes the gate, and a running one waits. A missing check
 * waits until its timeout, which counts from the commit that pinned the digest. Then it closes.
 */
export function judgeChecks(found: readonly FoundCheck[], pinning: Pinning, now: Date): ChecksAnswer {
  const answers = found.map(one => judgeOne(one, pinning, now));
  const evidence = found.flatMap(one => ('evidence' in one.found ? (one.found.evidence ?? []) : []));
  const [worst] = (['closed', 'waiting'] as const).flatMap(
    kind => answers.find(answer => answer.kind === kind) ?? [],
  );
  const deciding = answers.filter(({ kind }) => kind === (worst?.kind ?? 'open'));
  const reason = deciding.map(answer => answer.reason).join('; ');
  return worst === undefined || worst.kind === 'open'
    ? { kind: 'open', reason, evidence }
    : { ...worst, reason, evidence };
}

function judgeOne({ check, found }: FoundCheck, pinning: Pinning, now: Date): ChecksAnswer {
  const name = checkName(check);
  switch (found.kind) {
    case 'passed':
      return { kind: 'open', reason: `${name} passed ${found.said}` };
    case 'pending':
      return {
        kind: 'waiting',
        reason: `${name} is pending ${found.said}`,
        hint: 'the first run after it has ended continues',
      };
    case 'failed':
      return {
        kind: 'closed',
        reason: `${name} failed ${found.said}`,
        hint: `have it pass while ${pinning.from} pins the digest, or promote another build to ${pinning.from}`,
      };
    case 'unknown':
      return { kind: 'waiting', reason: `${name}: ${found.reason}`, hint: 'run it again' };
    case 'unreadable':
      return { kind: 'closed', reason: `${name}: ${found.reason}`, hint: found.hint };
    case 'absent':
      return absent(check, found.said, pinning, now);
  }
}

function absent(
  check: RequiredCheck,
  said: string | undefined,
  { from, commit, date }: Pinning,
  now: Date,
): ChecksAnswer {
  const name = checkName(check);
  const ends = new Date(date.getTime() + milliseconds(check.timeout));
  const instead = said === undefined ? '' : ` (${said})`;
  if (ends > now) {
    return {
      kind: 'waiting',
      reason: `${name} is not there${instead}; closes at ${ends.toISOString().slice(0, 16)}Z`,
      hint: 'the first run after it is there continues',
    };
  }
  return {
    kind: 'closed',
    reason: `${name} was not there${instead} within ${check.timeout} of ${commit.slice(0, 7)}, by which ${from} pins the digest`,
    hint: 'have it reported, or correct its name in `gates.checks`; once it is there the gate opens',
  };
}

/** The name of a check, for people. */
function checkName({ what }: RequiredCheck): string {
  switch (what.kind) {
    case 'status': {
      const by = what.app ?? what.user;
      return by === undefined ? nameText(what.name) : `${nameText(what.name)} by ${by}`;
    }
    case 'pipeline':
      return `pipeline ${nameText(what.name)}`;
    case 'test':
      return `test ${nameText(what.name)}`;
    case 'url':
      return what.url;
    case 'running':
      return what.context === undefined ? 'rollout' : `rollout in the context ${what.context}`;
  }
}

function nameText(match: NameMatch): string {
  return match.kind === 'exact' ? match.text : `/${match.pattern}/`;
}

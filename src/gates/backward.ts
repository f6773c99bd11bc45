import type { Environment } from '../environments/environments.ts';
import { originText } from '../environments/image-origin.ts';
import { taggedVersion } from '../environments/tags/tagged-version.ts';
import { pinTag } from '../environments/tags/tags.ts';
import { compareTags, type Disorder, type TagOrder } from '../oci/compare-tags.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Gate } from './gate.ts';
import { liftedHold } from './hold.ts';

/**
 * Closed if the digest was pinned here before, or if its tag is of an older build than the pinned one's. A released
 * hold on the digest opens it. For tags without an order, only earlier pins count, and the reason says so.
 */
export const backwardGate: Gate = {
  onRollback: 'skipped',
  judge: (candidate, facts, environment) => {
    const { older, unordered } = compareWithPinned(candidate, environment);
    const { digest } = candidate;
    const pinnedBefore = isReplaced(candidate) && facts.pinnedBefore.has(digest);
    const before = pinnedBefore
      ? `${shortDigest(digest)} was pinned here before and has been replaced`
      : undefined;
    const reason = older ?? before;
    if (reason === undefined) {
      return unordered === undefined ? undefined : { kind: 'open', gate: 'backward', reason: unordered };
    }
    const lifted = liftedHold(candidate, facts);
    const allowed = lifted
      ? `${lifted.by} released the hold on it`
      : facts.allowBackward && 'allowed by --allow-backward';
    if (allowed) return { kind: 'open', gate: 'backward', reason: `${reason}; ${allowed}` };
    const lift = facts.command('lift', environment.name, candidate.image, '--digest', digest);
    const { from } = environment;
    const newer = from.kind === 'build' ? 'there is a newer build' : `${originText(from)} pins a newer one`;
    const hint = `closed until ${newer}; where an older image is meant: ${facts.again('--allow-backward')}, or ${lift}`;
    return { kind: 'closed', gate: 'backward', reason, hint };
  },
};

function isReplaced({ current, digest }: Candidate): boolean {
  return current.some(state => state.digest !== digest);
}

/** Finds a pinned tag of a newer build, or else one that cannot be compared with the candidate's; `builds`: its tags. */
export function compareWithPinned(candidate: Candidate, { name, tags }: Environment) {
  const { image, digest, current, source, targets } = candidate;
  const next = pinTag(targets[0]?.tags ?? []);
  const values = { image, environment: name };
  const offered = [
    ...(source.tag === undefined ? [] : [source.tag]),
    // A tag without a version may be of an image whose annotation has one.
    ...(next === undefined ? [] : [taggedVersion(tags, next, { ...values, digest })]),
  ];
  const compared = current.flatMap(state => {
    const { tag } = state;
    if (state.digest === digest || tag === undefined || offered.length === 0) return [];
    const pinned = taggedVersion(tags, tag, { ...values, digest: state.digest ?? digest });
    const orders = offered.map(text => compareTags(text, pinned));
    const order = orders.find(isComparison) ?? orders[0];
    return order === undefined ? [] : [{ order, tag }];
  });
  const build = source.tag ?? next;
  const older = compared.find(({ order }) => order.kind === 'older');
  const unordered = compared.find(({ order }) => order.kind === 'unordered');
  return {
    builds: offered,
    older: older && `${build} is an older build than ${older.tag}, which is pinned now`,
    unordered: unordered && `${build} and the pinned ${unordered.tag} have no order: ${why(unordered.order)}`,
  };
}

/** Whether the two tags follow one scheme. */
function isComparison(order: TagOrder): boolean {
  return order.kind !== 'unordered' || !['scheme', 'line'].includes(order.reason);
}

function why(order: TagOrder): string {
  return order.kind === 'unordered' ? REASONS[order.reason] : '';
}

const REASONS: Readonly<Record<Disorder, string>> = {
  scheme: 'not both are versions of one scheme',
  line: 'different words stand before their numbers',
  variant: 'they are variants of one version',
  branch: 'they are builds of different branches',
  word: 'different words count their builds',
  revision: 'no word says what the numbers behind the version count',
  commit: 'commits have no order',
};

import { compare, valid } from 'semver';
import type { Environment } from '../environments/environments.ts';
import { taggedVersion } from '../environments/tags/tagged-version.ts';
import { pinTag } from '../environments/tags/tags.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Facts, Gate } from './gate.ts';
import { liftedHold } from './hold.ts';

/**
 * Closed where the digest was pinned here before, or its semantic version is lower than the pinned one; a lifted hold
 * on the digest is an answer to both.
 */
export const backwardGate: Gate = (candidate, facts, environment) => {
  const reason = backwardReason(candidate, facts, environment);
  if (reason === undefined) return undefined;
  const lifted = liftedHold(candidate, facts);
  const allowed = lifted
    ? `${lifted.by} lifted the hold on it`
    : facts.allowBackward && 'allowed by --allow-backward';
  if (allowed) return { kind: 'open', gate: 'backward', reason: `${reason}; ${allowed}` };
  const lift = `promote lift ${environment.name} ${candidate.image} --digest ${candidate.digest}`;
  const hint = `where going back is meant, run again with --allow-backward, or let it in with ${lift}`;
  return { kind: 'closed', gate: 'backward', reason, hint };
};

function backwardReason(
  { image, digest, current, source, targets }: Candidate,
  { lived }: Facts,
  { name, tags }: Environment,
): string | undefined {
  const replaced = current.filter(state => state.digest !== digest);
  if (replaced.length === 0) return undefined;
  const values = { image, environment: name, digest };
  const versionOf = (tag: string | undefined, of = digest) =>
    tag === undefined ? undefined : taggedVersion(tags, tag, { ...values, digest: of });
  // A tag that is no version may stand for an image that is annotated with one.
  const next = valid(source.tag) ?? versionOf(pinTag(targets[0]?.tags ?? []));
  const higher = replaced.find(state => {
    const pinned = versionOf(state.tag, state.digest);
    return pinned !== undefined && next !== undefined && compare(pinned, next) > 0;
  });
  if (higher) return `${source.tag ?? next} is a lower version than ${higher.tag}, which is pinned now`;
  return lived.has(digest)
    ? `${shortDigest(digest)} was pinned here before and has been replaced`
    : undefined;
}

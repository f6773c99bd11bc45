import type { Refresh } from '../../environments/environments.ts';
import { allowsRegistry } from '../../environments/refresh.ts';
import type { Digest } from '../../oci/digest.ts';
import { type Reference, type RepositoryName, registryOf } from '../../oci/reference.ts';
import { chooseTag } from '../../plan/refresh/choose-tag.ts';
import type { Resolution, Seen } from '../../plan/refresh/resolution.ts';
import type { FindFirstSeen } from './first-seen.ts';
import { factsOrNone, type Questions } from './questions.ts';

/** What is needed to resolve a reference. */
export interface Resolving {
  readonly refresh: Refresh;
  readonly questions: Questions;
  readonly firstSeen: FindFirstSeen;
  readonly now: Date;
}

/** How many newer tags are checked until one is old enough. */
const MOST_CANDIDATES = 5;

/**
 * Asks a registry for a reference's new target. Costs one HEAD for each tag, the list of tags only if `update` may
 * change the tag, and for `minimumAge` the manifests of newer images.
 */
export async function resolveReference(resolving: Resolving, reference: Reference): Promise<Resolution> {
  const reason = nothingToAsk(resolving.refresh, reference);
  if (reason !== undefined) return { kind: 'left', reason };
  return await resolving.questions.attempt(reference.repository, () => resolve(resolving, reference));
}

function nothingToAsk(refresh: Refresh, { repository, tag, digest }: Reference): string | undefined {
  if (!allowsRegistry(refresh, repository))
    return `refresh.registries does not hold ${registryOf(repository)}`;
  if (digest !== undefined) return tag === undefined ? 'it names no tag to follow' : undefined;
  const mayMove = tag !== undefined && refresh.update !== 'digest';
  return refresh.pin || mayMove ? undefined : 'it names no digest, and `refresh.pin` is not set';
}

async function resolve(resolving: Resolving, reference: Reference): Promise<Resolution> {
  const { repository, tag: own = 'latest' } = reference;
  const candidates = [...(await newerTags(resolving, repository, own)).slice(0, MOST_CANDIDATES), own];
  const young: Candidate[] = [];
  for (const tag of candidates) {
    const digest = (await resolving.questions.head(repository, tag))?.digest;
    if (digest === undefined) continue;
    const isOwn = tag === own;
    if (isOwn && isCurrent(resolving.refresh, reference, digest)) return keepYoung() ?? { kind: 'current' };
    const candidate = await agedCandidate(resolving, reference, { tag, digest });
    if (isOldEnough(resolving, candidate)) return updateTo(resolving.refresh, reference, candidate);
    young.push(candidate);
  }
  return keepYoung() ?? { kind: 'left', reason: `${repository} has no tag ${own}` };

  /** A young image that waits already has priority over newer ones. */
  function keepYoung(): Resolution | undefined {
    const kept = young.find(({ seen }) => seen?.isKept) ?? young[0];
    return kept && updateTo(resolving.refresh, reference, kept);
  }
}

async function newerTags(
  { refresh: { update }, questions }: Resolving,
  repository: RepositoryName,
  current: string,
): Promise<readonly string[]> {
  const alone = chooseTag({ repository, current, tags: [], complete: true, update });
  if (alone.kind === 'stays' && alone.reason !== 'newest') return [];
  const tags = await questions.tags(repository);
  const answer = chooseTag({ repository, current, tags: tags ?? [], complete: tags !== undefined, update });
  return answer.kind === 'newer' ? answer.tags : [];
}

interface Candidate {
  readonly tag: string;
  readonly digest: Digest;
  readonly seen?: Seen;
}

function isCurrent({ pin }: Refresh, { digest }: Reference, found: Digest): boolean {
  return digest === undefined ? !pin : digest === found;
}

/**
 * A candidate, and since when its age counts if it is too young or its build time is unknown. One that is recorded
 * already has priority over the tag's image today: otherwise a tag that moves every day would be young forever.
 */
async function agedCandidate(
  resolving: Resolving,
  reference: Reference,
  { tag, digest }: Candidate,
): Promise<Candidate> {
  const { refresh, questions, firstSeen, now } = resolving;
  const { repository } = reference;
  if (refresh.minimumAge === 0) return { tag, digest };
  const created = pastTime(now, (await questions.facts(repository, digest)).created);
  if (created !== undefined && isOldEnough(resolving, { seen: { since: created } })) return { tag, digest };
  const kept = await firstSeen(reference, { tag, digest });
  const since = pastTime(now, kept?.since);
  if (kept !== undefined && since !== undefined && kept.digest !== reference.digest) {
    const facts = await factsOrNone(questions, repository, kept.digest);
    const seen = { since: pastTime(now, facts?.created) ?? since, isKept: true };
    if (facts !== undefined) return { tag, digest: kept.digest, seen };
  }
  return { tag, digest, seen: { since: created ?? now.toISOString(), isKept: false } };
}

/** The time, if it is in the past. A wrong clock or a builder may state a future time that never comes. */
function pastTime(now: Date, time: string | undefined): string | undefined {
  return time !== undefined && Date.parse(time) <= now.getTime() ? time : undefined;
}

function isOldEnough(
  { refresh: { minimumAge }, now }: Resolving,
  { seen }: { readonly seen?: Pick<Seen, 'since'> },
): boolean {
  return seen === undefined || Date.parse(seen.since) + minimumAge <= now.getTime();
}

function updateTo(
  { pin }: Refresh,
  { repository, tag, digest }: Reference,
  { tag: wanted, digest: found, seen }: Candidate,
): Resolution {
  return {
    kind: 'update',
    repository,
    from: { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) },
    tag: wanted,
    digest: found,
    ...(seen === undefined ? {} : { seen }),
    target: {
      ...(wanted === tag ? {} : { tag: wanted }),
      ...(digest === undefined && !pin ? {} : { digest: found }),
    },
  };
}

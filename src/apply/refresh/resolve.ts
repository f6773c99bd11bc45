import { allowsRegistry, type Refresh } from '../../environments/refresh.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { shortDigest } from '../../oci/digest.ts';
import { type Reference, type RepositoryName, registryOf } from '../../oci/reference.ts';
import { chooseTag } from '../../plan/refresh/choose-tag.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import type { Questions } from './questions.ts';

/** What a reference is judged with. */
export interface Resolving {
  readonly refresh: Refresh;
  readonly questions: Questions;
  readonly now: Date;
}

/** How many newer tags are looked at before one is old enough. */
const MOST_CANDIDATES = 5;

/**
 * Asks a registry what a reference shall name. Costs one HEAD a tag, the repository's tags only where `update` may move
 * the tag, and for `minimumAge` the manifests of what is newer.
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
  let young: Resolution | undefined;
  for (const tag of candidates) {
    const found = await resolving.questions.head(repository, tag);
    if (found === undefined) continue;
    if (tag === own && isCurrent(resolving.refresh, reference, found)) return young ?? { kind: 'current' };
    const reason = await tooYoung(resolving, repository, { tag, found });
    if (reason === undefined) return updateTo(resolving.refresh, reference, { tag, found });
    young ??= { kind: 'waiting', reason };
  }
  return young ?? { kind: 'left', reason: `${repository} has no tag ${own}` };
}

async function newerTags(
  { refresh: { update }, questions }: Resolving,
  repository: RepositoryName,
  current: string,
): Promise<readonly string[]> {
  const alone = chooseTag({ current, tags: [], complete: true, update });
  if (alone.kind === 'stays' && alone.reason !== 'newest') return [];
  const tags = await questions.tags(repository);
  const answer = chooseTag({ current, tags: tags ?? [], complete: tags !== undefined, update });
  return answer.kind === 'newer' ? answer.tags : [];
}

interface Candidate {
  readonly tag: string;
  readonly found: Descriptor;
}

function isCurrent({ pin }: Refresh, { digest }: Reference, found: Descriptor): boolean {
  return digest === undefined ? !pin : digest === found.digest;
}

/** An image that does not say when it was created counts as old enough, so that it does not wait for ever. */
async function tooYoung(
  { refresh: { minimumAge }, questions, now }: Resolving,
  repository: RepositoryName,
  { tag, found: { digest } }: Candidate,
): Promise<string | undefined> {
  if (minimumAge === 0) return undefined;
  const { created } = await questions.facts(repository, digest);
  const until = created === undefined ? now : new Date(Date.parse(created) + minimumAge);
  if (until <= now) return undefined;
  return `${tag} at ${shortDigest(digest)} is old enough at ${until.toISOString()}`;
}

function updateTo(
  { pin }: Refresh,
  { repository, tag, digest }: Reference,
  { tag: wanted, found }: Candidate,
): Resolution {
  return {
    kind: 'update',
    repository,
    from: { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) },
    tag: wanted,
    digest: found.digest,
    target: {
      ...(wanted === tag ? {} : { tag: wanted }),
      ...(digest === undefined && !pin ? {} : { digest: found.digest }),
    },
  };
}

import type { Environment, Environments, Refresh } from '../../environments/environments.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { allowsRegistry } from '../../environments/refresh.ts';
import { EVERYTHING } from '../../git/text.ts';
import type { ImageFacts } from '../../images/facts.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatReference, type Reference, type RepositoryName } from '../../oci/reference.ts';
import { findSites } from '../../pins/find.ts';
import { fileFormat } from '../../pins/formats.ts';
import { readReference } from '../../pins/site/reference.ts';
import { namesRepository } from '../../pins/site/site.ts';
import { requireReadable } from '../../plan/image-pins.ts';
import type { KnownBase } from '../../plan/refresh/base-of.ts';
import { baseOf } from '../../plan/refresh/base-of.ts';
import { packageChanges } from '../../plan/refresh/image-changes.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import { sourceImages } from '../../plan/source-images.ts';
import type { BaseState, DeployedImage } from '../../reports/deployed.ts';
import type { Effects } from '../../run/effects.ts';
import { readPins } from '../../run/read-pins.ts';
import { createQuestions, factsOrNone, type Questions } from './questions.ts';
import type { RefreshPlace } from './read-places.ts';
import { readPlaces } from './read-places.ts';
import { inParallel, requireRefresh } from './refresh-run.ts';

/**
 * The pinned images of one or all environments whose base has a tag that names another image now. With
 * `isWanted`, registries are asked about those images alone.
 */
export async function deployedBases(
  effects: Effects,
  environments: Environments,
  name: string | undefined,
  isWanted: (environment: string, image: string, digest: Digest) => boolean = () => true,
): Promise<readonly DeployedImage[]> {
  const stateOf = await baseStates(effects, environments);
  const asked = name === undefined ? environments.environments : [environmentNamed(environments, name)];
  const found: DeployedImage[] = [];
  for (const environment of asked) {
    for (const { image, tag, reference } of await pinnedImages(effects, environments, environment)) {
      if (!isWanted(environment.name, image, reference.digest)) continue;
      const standing = await stateOf(reference);
      const pinned = { reference: formatReference(reference), digest: reference.digest };
      found.push({ environment: environment.name, image, tag, ...pinned, standing });
    }
  }
  return found;
}

/** Reads the bases that the files name or named, for the states of images that are built on them. */
export async function baseStates(
  effects: Effects,
  environments: Environments,
): Promise<(reference: DigestReference) => Promise<BaseState>> {
  const refresh = requireRefresh(environments);
  const questions = createQuestions(effects);
  const places = await readPlaces(effects, environments, refresh, []);
  const bases = (await Promise.all(places.map(place => knownBases(place, questions)))).flat();
  return reference => baseState({ refresh, questions, bases }, reference);
}

interface Judging {
  readonly refresh: Refresh;
  readonly questions: Questions;
  readonly bases: readonly TaggedBase[];
}

type DigestReference = Pick<Reference, 'repository'> & { readonly digest: Digest };

interface PinnedImage {
  readonly image: string;
  readonly tag: string | undefined;
  readonly reference: DigestReference;
}

async function pinnedImages(
  effects: Effects,
  environments: Environments,
  environment: Environment,
): Promise<readonly PinnedImage[]> {
  const { pins, unreadable } = await readPins({ effects, environments, environment });
  requireReadable(unreadable);
  const images = sourceImages(environments, environment, pins).flatMap(
    ({ image, repository, tag, digest }): readonly PinnedImage[] =>
      digest === undefined ? [] : [{ image, tag, reference: { repository, digest } }],
  );
  return [...new Map(images.map(found => [formatReference(found.reference), found])).values()];
}

async function baseState(judging: Judging, reference: DigestReference): Promise<BaseState> {
  const { questions, bases } = judging;
  const { repository, digest } = reference;
  const facts = await questions.attempt(repository, () => questions.facts(repository, digest));
  if ('kind' in facts) return { kind: 'unknown', reason: facts.reason };
  const match = baseOf(facts, bases);
  if (match.kind === 'unknown') {
    return { kind: 'unknown', reason: 'it names no base, and its first layers are of none that is known' };
  }
  const base = match.kind === 'annotated' ? readReference(match.reference) : taggedOf(match.bases, bases);
  if (base === undefined) return { kind: 'unknown', reason: 'its base is no image reference' };
  const stoodOn = match.kind === 'annotated' ? match.digest : match.bases[0]?.digest;
  return await compare(judging, facts, { base, stoodOn });
}

function taggedOf(matched: readonly { readonly digest: string }[], bases: readonly TaggedBase[]) {
  return bases.find(({ digest }) => digest === matched[0]?.digest)?.tagged;
}

async function compare(
  { refresh, questions }: Judging,
  image: ImageFacts,
  { base, stoodOn }: { readonly base: Reference; readonly stoodOn: Reference['digest'] },
): Promise<BaseState> {
  const { repository, tag = 'latest' } = base;
  if (!allowsRegistry(refresh, repository)) {
    return { kind: 'unknown', reason: `refresh.registries does not hold ${repository}` };
  }
  const found = await questions.attempt(repository, async () => {
    const head = await questions.head(repository, tag);
    return head && (await questions.facts(repository, head.digest));
  });
  if (found === undefined) return { kind: 'unknown', reason: `${repository} has no tag ${tag} any more` };
  if ('kind' in found) return { kind: 'unknown', reason: found.reason };
  const name = formatReference({ repository, tag });
  const isBelow = found.diffIds.length > 0 && found.diffIds.every((id, index) => id === image.diffIds[index]);
  if (stoodOn === found.digest || isBelow) return { kind: 'current', base: name };
  return {
    kind: 'superseded',
    base: name,
    ...(stoodOn === undefined ? {} : { from: stoodOn }),
    to: found.digest,
    ...(found.created === undefined ? {} : { since: found.created }),
    ...(stoodOn === undefined ? {} : await rebuildBrings(questions, repository, [stoodOn, found.digest])),
  };
}

/** The differences between two bases; none if one of them cannot be read. */
async function rebuildBrings(
  questions: Questions,
  repository: RepositoryName,
  digests: readonly [Digest, Digest],
): Promise<Pick<Extract<BaseState, { kind: 'superseded' }>, 'os' | 'packages'>> {
  const read = await Promise.all(
    digests.map(digest => questions.attempt(repository, () => questions.contents(repository, digest))),
  );
  const [from, to] = read.map(contents => ('reason' in contents ? {} : contents));
  return {
    ...(from?.os === undefined || to?.os === undefined ? {} : { os: { from: from.os, to: to.os } }),
    ...(from?.packages && to?.packages ? { packages: packageChanges(from.packages, to.packages) } : {}),
  };
}

/** How many commits of Dockerfiles are searched for earlier bases. */
const HISTORY_LIMIT = 200;

/** A base that Dockerfiles name or named, at the pinned digest or at the tag's digest today. */
interface TaggedBase extends KnownBase {
  readonly tagged: Reference;
}

/** The bases that a repository's Dockerfiles name or named; one that cannot be read is left out. */
async function knownBases(place: RefreshPlace, questions: Questions): Promise<readonly TaggedBase[]> {
  const references = [...namedNow(place), ...(await namedBefore(place))];
  const distinct = new Map(references.map(reference => [formatReference(reference), reference]));
  const found = await inParallel([...distinct.values()], reference => readBases(reference, questions));
  const bases = found.flat().map(base => [`${base.reference}@${base.digest}`, base] as const);
  return [...new Map(bases).values()];
}

function namedNow({ sites }: RefreshPlace): readonly Reference[] {
  const named = sites.filter(namesRepository).map(({ pin }) => pin);
  return named.filter(({ format }) => format === 'dockerfile').map(referenceIn);
}

async function namedBefore({ repository, head }: RefreshPlace): Promise<readonly Reference[]> {
  const blobs = new Set<string>();
  let commits = 0;
  const isDockerfile = (path: string) => fileFormat(path)?.name === 'dockerfile';
  for await (const { changes } of repository.history(head.commit, isDockerfile)) {
    commits += 1;
    if (commits > HISTORY_LIMIT) break;
    for (const { before } of changes) if (before !== undefined) blobs.add(before);
  }
  const texts = await repository.read([...blobs], EVERYTHING);
  return [...texts.values()].flatMap(text =>
    findSites('Dockerfile', text)
      .filter(namesRepository)
      .map(({ pin }) => referenceIn(pin)),
  );
}

async function readBases(
  { repository, tag = 'latest', digest }: Reference,
  questions: Questions,
): Promise<readonly TaggedBase[]> {
  const tagged = { repository, tag };
  const read = await questions.attempt(repository, async () => {
    const current = (await questions.head(repository, tag))?.digest;
    const digests = [...new Set([digest, current].filter(known => known !== undefined))];
    return await Promise.all(digests.map(known => factsOrNone(questions, repository, known)));
  });
  if ('kind' in read) return [];
  const reference = formatReference(tagged);
  return read.flatMap(facts =>
    facts === undefined ? [] : [{ reference, tagged, digest: facts.digest, diffIds: facts.diffIds }],
  );
}

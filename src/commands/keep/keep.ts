import type { Environments } from '../../environments/environments.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { findNamings } from '../../facts/namings.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type NeededImage, neededImages } from '../../plan/needed.ts';
import { recordTag, recordTagApart } from '../../records/tag-record.ts';
import { closureDigests } from '../../registry/closure.ts';
import { findEvidence, manifestsOf } from '../../registry/evidence/evidence.ts';
import type { Store } from '../../registry/store.ts';
import type { Kept, KeptImage, KeptManifest, KeptParts } from '../../reports/keep.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import { remember } from '../../run/remember.ts';

/** Images that are read at a time; each reads its parts in parallel. */
const AT_ONCE = 16;

/** The environments to read (all if none is named), and how. */
export interface KeepRequest {
  readonly names: readonly string[];
  readonly last: number;
  /** Whether to find the tags of images that pins name by digest alone. This costs a HEAD for each tag. */
  readonly byTag?: boolean | undefined;
}

/** Finds the images that the environments need, with every manifest of these. */
export async function findKept(
  given: Effects,
  environments: Environments,
  { names, last, byTag = false }: KeepRequest,
): Promise<Kept> {
  const { effects } = remember(given);
  const wanted =
    names.length === 0 ? environments.environments : names.map(name => environmentNamed(environments, name));
  const found = await Promise.all(
    wanted.map(async environment => ({
      environment: environment.name,
      outcome: await contain(() => findNamings({ effects, environments, environment, last })),
    })),
  );
  const namings = found.flatMap(({ outcome }) => (outcome.kind === 'done' ? outcome.value.namings : []));
  const failures = found.flatMap(({ environment, outcome }) =>
    (outcome.kind === 'failed' ? [outcome.error] : outcome.value.gaps).map(error => ({ environment, error })),
  );
  return { last, images: await withParts(effects, neededImages(namings), byTag), failures };
}

async function withParts(
  effects: Effects,
  needed: readonly NeededImage[],
  byTag: boolean,
): Promise<readonly KeptImage[]> {
  const places = new Map<RepositoryName, Place>();
  const kept: KeptImage[] = [];
  for (let at = 0; at < needed.length; at += AT_ONCE) {
    const batch = needed.slice(at, at + AT_ONCE).map(async image => {
      const place = places.get(image.repository) ?? openPlace(effects.store(image.repository));
      places.set(image.repository, place);
      const outcome = await contain(() => findParts(place, image, byTag));
      return outcome.kind === 'done'
        ? outcome.value
        : [{ ...image, parts: { state: 'unread', error: outcome.error } as const }];
    });
    kept.push(...(await Promise.all(batch)).flat());
  }
  return kept;
}

/** A repository with one list of its tags for all images, and the repository of its separate evidence. */
interface Place {
  readonly store: Store;
  readonly listed: () => ReturnType<Store['tags']>;
  readonly apart?: Place | undefined;
  /** The tags of each digest; every tag is asked for once. */
  readonly named: () => Promise<ReadonlyMap<Digest, readonly string[]>>;
}

function openPlace(store: Store): Place {
  const { apart } = store;
  if (apart !== undefined) return { ...openPlace(apart.images), apart: openPlace(apart.evidence) };
  let listed: ReturnType<Store['tags']> | undefined;
  let named: ReturnType<Place['named']> | undefined;
  const list = () => {
    listed ??= store.tags();
    return listed;
  };
  return {
    store,
    listed: list,
    named: () => {
      named ??= findTags(store, list);
      return named;
    },
  };
}

async function findTags(
  store: Store,
  list: Place['listed'],
): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const tags = await list();
  if (tags === undefined)
    throw new PromoteError(
      'UNSUPPORTED',
      `${store.name}: the registry lists no tags, so those of an image are not known`,
      {
        hint: 'have the pins name a tag beside the digest',
      },
    );
  const found = new Map<Digest, string[]>();
  for (let at = 0; at < tags.length; at += AT_ONCE) {
    const batch = tags.slice(at, at + AT_ONCE).map(async tag => [tag, await store.head(tag)] as const);
    for (const [tag, descriptor] of await Promise.all(batch)) {
      if (descriptor === undefined) continue;
      found.set(descriptor.digest, [...(found.get(descriptor.digest) ?? []), tag]);
    }
  }
  return found;
}

/** Finds an image's parts. Evidence in another repository gets an entry of its own. */
async function findParts(place: Place, needed: NeededImage, byTag: boolean): Promise<readonly KeptImage[]> {
  const { store, apart } = place;
  const { digest, tags, needs } = needed;
  const [named = ''] = tags;
  const content = await store.manifest(digest ?? named);
  if (content === undefined) return [{ ...needed, parts: { state: 'absent' } }];
  const own = await closureDigests(store, content);
  const pointing = (name: (environment: string, tag: string) => string) =>
    needs.flatMap(({ environment }) => tags.map(tag => name(environment, tag)));
  const beside = await findAround(place, own, pointing(recordTag));
  const image = content.descriptor.digest;
  const known = await namesOf(store, tags, image);
  const names = known.length === 0 && byTag ? ((await place.named()).get(image) ?? []) : known;
  const kinds = new Map<Digest, KeptManifest['kind']>([
    [image, 'image'],
    ...own.filter(each => each !== image).map(each => [each, 'platform'] as const),
    ...beside.digests.map(each => [each, 'evidence'] as const),
  ]);
  const parts: KeptParts = {
    state: 'kept',
    manifests: [...kinds].map(([of, kind]) => ({ digest: of, kind })),
    tags: [...names, ...beside.tags],
  };
  if (apart === undefined) return [{ ...needed, parts }];
  const pointers = pointing((environment, tag) => recordTagApart(store.name, environment, tag));
  const other = await findAround(apart, [...own, ...beside.digests], pointers);
  const manifests = other.digests.map(of => ({ digest: of, kind: 'evidence' as const }));
  const evidence = { state: 'kept' as const, manifests, tags: other.tags };
  return [
    { ...needed, parts },
    { ...needed, repository: apart.store.name, tags: [], parts: evidence },
  ];
}

/** The evidence of an image's manifests in one repository, with the tags that name or list it. */
async function findAround(
  place: Place,
  own: readonly Digest[],
  pointing: readonly string[],
): Promise<{ readonly digests: readonly Digest[]; readonly tags: readonly string[] }> {
  const { store } = place;
  const evidence = await findEvidence(store, own, place.listed());
  const found = [...[...evidence.referrers.values()].flat(), ...evidence.tags.values()];
  const below = (await Promise.all(found.map(async each => await manifestsOf(store, each)))).flat();
  const pointers = await findNamed(place, [...[...own, ...below].map(fallbackTag), ...pointing]);
  return {
    digests: [...new Set([...below, ...pointers.values()])],
    tags: [...evidence.tags.keys(), ...pointers.keys()],
  };
}

/** The given tags that still name the image in this repository. */
async function namesOf(store: Store, tags: readonly string[], image: Digest): Promise<readonly string[]> {
  const named = tags.map(async tag => ((await store.head(tag))?.digest === image ? [tag] : []));
  return (await Promise.all(named)).flat();
}

/** The digests of those tags that the repository lists; none if it lists no tags. */
async function findNamed(
  { store, listed }: Place,
  tags: readonly string[],
): Promise<ReadonlyMap<string, Digest>> {
  const there = new Set(await listed());
  const named = [...new Set(tags)]
    .filter(tag => there.has(tag))
    .map(async tag => {
      const descriptor = await store.head(tag);
      return descriptor === undefined ? [] : [[tag, descriptor.digest] as const];
    });
  return new Map((await Promise.all(named)).flat());
}

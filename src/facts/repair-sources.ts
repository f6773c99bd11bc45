import type { Environment, Image } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { environmentNamed, imageNamed, ownsFile } from '../environments/locate.ts';
import { sourceTag } from '../environments/tags/source-tag.ts';
import { PromoteError } from '../errors.ts';
import { EVERYTHING } from '../git/text.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin } from '../pins/pin.ts';
import { targetRepositories } from '../plan/candidates.ts';
import { isOwn, pinReader } from '../plan/image-pins.ts';
import type { ImagePin, SourceImage } from '../plan/snapshot.ts';
import { sourceImages } from '../plan/source-images.ts';
import type { PinnedFiles } from '../proposals/run.ts';
import { findRecord } from '../records/find.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { HISTORY_LIMIT, readPins } from '../run/read-pins.ts';
import type { Run } from '../run/run.ts';
import { findSignature } from '../signing/find.ts';

/**
 * The sources from which pinned digests can be completed: pins of the same digest in the environment before,
 * now or earlier. For an entry environment it is the builds' repository, else a target with the complete
 * image. Each digest of an image gets its own source, or none.
 */
export async function findRepairSources(
  run: Run,
  pinned: readonly ImagePin[],
): Promise<readonly SourceImage[]> {
  const { environments, environment } = run;
  const { from } = environment;
  if (from.kind === 'build') {
    const built = environments.images.map(image => findBuilds(run, image, pinned));
    return (await Promise.all(built)).flat();
  }
  const open = new Set(pinned.flatMap(({ image, pin }) => pinKey(image, pin.digest) ?? []));
  const found: SourceImage[] = [];
  for (const name of sourceNames(from)) {
    const source = environmentNamed(environments, name);
    const files = await readPins({ ...run, environment: source });
    found.push(...takeWanted(open, sourceImages(environments, source, files.pins)));
    found.push(...(await findEarlier(source, files, open)));
  }
  return await Promise.all(found.map(known => whereHeld(run, known)));
}

/** The source with a repository that has the complete image; unchanged if none has. */
async function whereHeld(run: Run, source: SourceImage): Promise<SourceImage> {
  const { effects, environments } = run;
  const { image, repository, digest, origin } = source;
  if (digest === undefined || (await pinsDigest(effects, repository, digest))) return source;
  const whole = await findWholeTarget(run, imageNamed(environments, image), digest);
  return whole === undefined
    ? source
    : { ...source, repository: whole, origin: `${origin}, kept at ${whole}` };
}

async function findBuilds(
  run: Run,
  image: Image,
  pinned: readonly ImagePin[],
): Promise<readonly SourceImage[]> {
  const { name } = image;
  const pins = new Map(pinned.filter(pin => pin.image === name).map(({ pin }) => [pin.digest, pin]));
  const found = [...pins].map(async ([digest, pin]): Promise<readonly SourceImage[]> => {
    if (digest === undefined) return [];
    const repository = await findBuild(run, image, digest);
    if (repository === undefined) return [];
    const tag = builtTag(run.environment, name, digest, pin);
    return [{ image: name, repository, digest, origin: `${repository}@${digest}`, ...(tag && { tag }) }];
  });
  return (await Promise.all(found)).flat();
}

/** The builds' repository; else a target with the digest and our signature or record of its promotion. */
async function findBuild(run: Run, image: Image, digest: Digest): Promise<RepositoryName | undefined> {
  const { source } = image;
  if (source !== undefined && (await pinsDigest(run.effects, source, digest))) return source;
  const whole = await findWholeTarget(run, image, digest);
  return whole && (await isMarkedOurs(run, whole, digest)) ? whole : undefined;
}

function builtTag({ tags, name }: Environment, image: string, digest: Digest, { tag }: Pin) {
  return tag === undefined ? undefined : sourceTag(tags, tag, { image, environment: name, digest });
}

/** Searches the source environment's history, newest first, for digests that it no longer pins. */
async function findEarlier(
  source: Environment,
  { repository, head, environments }: PinnedFiles,
  open: Set<string>,
): Promise<readonly SourceImage[]> {
  const found: SourceImage[] = [];
  if (open.size === 0) return found;
  const { imagePins: read } = pinReader(environments);
  let commits = 0;
  const ours = (path: string) => ownsFile(source, path);
  for await (const { commit, changes } of repository.history(head.commit, ours, { earlierOnly: true })) {
    const texts = await repository.read(
      changes.flatMap(({ before }) => before ?? []),
      EVERYTHING,
    );
    const pins = changes.flatMap(({ path, before }) =>
      before === undefined
        ? []
        : readable(() => read(path, texts.get(before) ?? '').filter(({ pin }) => isOwn(source, pin))),
    );
    for (const pinned of takeWanted(open, sourceImages(environments, source, pins))) {
      found.push({ ...pinned, origin: `${pinned.origin} before ${commit.slice(0, 12)}` });
    }
    if (open.size === 0 || ++commits === HISTORY_LIMIT) break;
  }
  return found;
}

/** A version of a file that is not valid YAML has no pins. */
function readable(read: () => readonly ImagePin[]): readonly ImagePin[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}

/** Takes the first source of each wanted digest, and removes the digest from the wanted ones. */
function takeWanted(open: Set<string>, sources: readonly SourceImage[]): readonly SourceImage[] {
  return sources.filter(({ image, digest }) => open.delete(pinKey(image, digest) ?? ''));
}

function pinKey(image: string, digest: Digest | undefined): string | undefined {
  return digest && `${image} ${digest}`;
}

/** Whether a repository has the digest. A failure is logged and counts as no. */
async function pinsDigest(
  { store, log }: Effects,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  const found = await contain(async () => store(repository).head(digest));
  if (found.kind === 'done') return found.value !== undefined;
  log(found.error.message);
  return false;
}

/** The first of an image's targets with the complete image, from which others can be completed. */
async function findWholeTarget(
  { effects: { store }, environment }: Pick<Run, 'effects' | 'environment'>,
  image: Image,
  digest: Digest,
): Promise<RepositoryName | undefined> {
  for (const repository of targetRepositories(image, environment)) {
    const { lacks } = await checkClosure(store(repository), digest);
    if (lacks.length === 0) return repository;
  }
  return undefined;
}

/** Whether the image at a target has our signature or record, so that it was promoted there before. */
async function isMarkedOurs(
  { effects, environment: { name, signing } }: Pick<Run, 'effects' | 'environment'>,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  if (signing === undefined) return false;
  const { trust } = await effects.signing(signing);
  const store = effects.store(repository);
  const search = { store, digest, referrers: await store.referrers(digest), trust };
  const record = await findRecord({ ...search, environment: name, repository });
  return record !== undefined || (await findSignature(search)) !== undefined;
}

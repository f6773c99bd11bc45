import type { Environment, Environments, Image } from '../environments/environments.ts';
import { environmentNamed, ownsFile } from '../environments/locate.ts';
import { sourceTag } from '../environments/source-tag.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Pin } from '../pins/pin.ts';
import { pinReader } from '../plan/image-pins.ts';
import type { ImagePin, SourceImage } from '../plan/snapshot.ts';
import { sourceImages } from '../plan/source-images.ts';
import type { Effects } from './effects.ts';
import { HISTORY_LIMIT, type PinnedFiles, readPins } from './read-pins.ts';

/**
 * Where the digests that an environment pins already may be completed from: the pin of that very digest in the
 * environment before it, now or at an earlier commit; for an entry environment, where builds are pushed. An image that
 * pins several digests gets a source for each; one that came another way gets none.
 */
export async function findRepairSources(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  pinned: readonly ImagePin[],
): Promise<readonly SourceImage[]> {
  const { from } = environment;
  if (from.kind === 'build') {
    const built = environments.images.map(image => findBuilds(effects, environment, image, pinned));
    return (await Promise.all(built)).flat();
  }
  const source = environmentNamed(environments, from.name);
  const files = await readPins(effects, environments, source);
  const open = new Set(pinned.flatMap(({ image, pin }) => pinKey(image, pin.digest) ?? []));
  const found = takeWanted(open, sourceImages(environments, source, files.pins));
  return [...found, ...(await findEarlier(environments, source, files, open))];
}

async function findBuilds(
  { store }: Effects,
  environment: Environment,
  image: Image,
  pinned: readonly ImagePin[],
): Promise<readonly SourceImage[]> {
  const { name, source: repository } = image;
  if (repository === undefined) return [];
  const pins = new Map(pinned.filter(pin => pin.image === name).map(({ pin }) => [pin.digest, pin]));
  const found = [...pins].map(async ([digest, pin]): Promise<readonly SourceImage[]> => {
    if (digest === undefined || (await store(repository).head(digest)) === undefined) return [];
    const tag = builtTag(environment, name, digest, pin);
    return [{ image: name, repository, digest, origin: `${repository}@${digest}`, ...(tag && { tag }) }];
  });
  return (await Promise.all(found)).flat();
}

function builtTag({ tags, name }: Environment, image: string, digest: Digest, { tag }: Pin) {
  return tag === undefined ? undefined : sourceTag(tags, tag, { image, environment: name, digest });
}

/** Searches the source environment's history for what it no longer pins; newest first, as far as anything is open. */
async function findEarlier(
  environments: Environments,
  source: Environment,
  { repository, head }: PinnedFiles,
  open: Set<string>,
): Promise<readonly SourceImage[]> {
  const found: SourceImage[] = [];
  if (open.size === 0) return found;
  const read = pinReader(environments);
  let commits = 0;
  for await (const { commit, changes } of repository.history(head.commit, path => ownsFile(source, path))) {
    const texts = await repository.read(changes.flatMap(({ before }) => before ?? []));
    const pins = changes.flatMap(({ path, before }) =>
      before === undefined ? [] : readable(() => read(path, texts.get(before) ?? '')),
    );
    for (const pinned of takeWanted(open, sourceImages(environments, source, pins))) {
      found.push({ ...pinned, origin: `${pinned.origin} before ${commit.slice(0, 12)}` });
    }
    if (open.size === 0 || ++commits === HISTORY_LIMIT) break;
  }
  return found;
}

/** A version of a file that was no YAML pinned nothing. */
function readable(read: () => readonly ImagePin[]): readonly ImagePin[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}

/** The first source of each wanted digest, which is wanted no more then. */
function takeWanted(open: Set<string>, sources: readonly SourceImage[]): readonly SourceImage[] {
  return sources.filter(({ image, digest }) => open.delete(pinKey(image, digest) ?? ''));
}

function pinKey(image: string, digest: Digest | undefined): string | undefined {
  return digest && `${image} ${digest}`;
}

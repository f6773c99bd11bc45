import type { Environment, Environments } from '../../environments/environments.ts';
import { fillTags } from '../../environments/tags/tags.ts';
import { PromoteError } from '../../errors.ts';
import { platformManifests } from '../../images/platform-manifests.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Finding } from '../../plan/check.ts';
import { unchecked } from '../../plan/check-registries.ts';
import { type PinnedImage, pinnedImages, tagsOfPinned } from '../../plan/pinned-images.ts';
import { readable } from '../../registry/readable.ts';
import { counted } from '../../reports/counts.ts';
import type { Effects } from '../../run/effects.ts';
import type { PinsByEnvironment } from './check-registries.ts';

/** The most tags that are checked in one environment, so that the check ends soon. */
const MOST = 100;

/** A tag that is pinned beside its digest, or names a platform of what is pinned. */
interface Tagged {
  readonly place: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly repository: RepositoryName;
  readonly isPlatform?: true;
}

/** Checks that pinned tags that never move still name the digest that is pinned with them. */
export async function checkPinnedTags(
  { store }: Pick<Effects, 'store'>,
  environments: Environments,
  pins: PinsByEnvironment,
): Promise<readonly Finding[]> {
  const checked = environments.environments.map(async environment => {
    const ofPlatforms = await platformTagged({ store }, environments, environment, pins);
    const tagged = [...taggedIn(environments, environment, pins), ...ofPlatforms];
    const asked = tagged
      .slice(0, MOST)
      .map(async pinned => ({ pinned, named: await namedBy(store, pinned) }));
    const answers = await Promise.all(asked);
    const found = answers.flatMap(({ pinned, named }) =>
      named === undefined || named === 'unknown' || named === pinned.digest
        ? []
        : [moved(environment, pinned, named)],
    );
    const left = tagged.length - answers.length + answers.filter(({ named }) => named === 'unknown').length;
    return left === 0
      ? found
      : [...found, unchecked(environment.name, `${counted(left, 'pinned tag')} against the registry`)];
  });
  return (await Promise.all(checked)).flat();
}

function taggedIn(
  environments: Environments,
  environment: Environment,
  pins: PinsByEnvironment,
): readonly Tagged[] {
  const own = pins.get(environment.name) ?? [];
  const found = pinnedImages(environments, environment, own).flatMap(image => {
    return image.pins.flatMap(({ file, line, tag, digest }): readonly Tagged[] => {
      // A pin without a digest is compared with our record elsewhere. A tag that moves decides nothing.
      if (tag === undefined || digest === undefined || isMoving(environment, image, tag)) return [];
      return image.targets.map(repository => ({ place: `${file}:${line}`, tag, digest, repository }));
    });
  });
  return [...new Map(found.map(one => [`${one.repository}:${one.tag}@${one.digest}`, one])).values()];
}

/** The tags of pinned images' platforms that never move. An image that cannot be read is the matter of other checks. */
async function platformTagged(
  { store }: Pick<Effects, 'store'>,
  environments: Environments,
  environment: Environment,
  pins: PinsByEnvironment,
): Promise<readonly Tagged[]> {
  if (environment.platformTags === undefined) return [];
  const pinned = pinnedImages(environments, environment, pins.get(environment.name) ?? []).slice(0, MOST);
  const found = pinned.map(async (image): Promise<readonly Tagged[]> => {
    const [repository] = image.targets;
    const [pin] = image.pins;
    if (repository === undefined || pin === undefined) return [];
    const content = await readable(() => store(repository).manifest(image.digest));
    if (content === undefined) return [];
    const platforms = await platformManifests(store(repository), content);
    const { annotations } = parseManifest(content);
    const version = annotations['org.opencontainers.image.version'];
    const place = `${pin.file}:${pin.line}`;
    return tagsOfPinned(environment, image, version, platforms).flatMap(({ name: tag, moves, digest }) =>
      moves || digest === undefined ? [] : [{ place, tag, digest, repository, isPlatform: true }],
    );
  });
  return (await Promise.all(found)).flat();
}

function isMoving({ name, tags }: Environment, { image, digest }: PinnedImage, tag: string): boolean {
  const filled = fillTags(tags, { image, environment: name, digest, tag }).tags;
  return filled.some(one => one.name === tag && one.moves);
}

/** The digest that a tag names, or that its registry did not answer. The next run sets an absent tag. */
async function namedBy(
  store: Effects['store'],
  { repository, tag }: Tagged,
): Promise<Digest | 'unknown' | undefined> {
  try {
    return (await store(repository).head(tag))?.digest;
  } catch (error) {
    if (error instanceof PromoteError && error.code !== 'CANCELLED') return 'unknown';
    throw error;
  }
}

function moved({ name }: Environment, tagged: Tagged, named: Digest): Finding {
  const { place, tag, digest, repository, isPlatform = false } = tagged;
  const meant = isPlatform
    ? `is the tag of the platform ${shortDigest(digest)}`
    : `is pinned as ${shortDigest(digest)}`;
  const decides = isPlatform ? '' : ', and the digest decides';
  const closed = isPlatform ? '' : ', and promotions onward are closed';
  return {
    severity: 'warning',
    subject: name,
    message: `${place}: ${tag} ${meant}, and names ${shortDigest(named)} in ${repository}: it was moved${decides}`,
    hint: `find out who moved it: promote verify ${name} is not sound${closed}`,
  };
}

import type { Environment, Environments } from '../environments/environments.ts';
import { platformTags } from '../environments/tags/platform-tags.ts';
import { sourceTag } from '../environments/tags/source-tag.ts';
import { type FilledTag, fillTags } from '../environments/tags/tags.ts';
import type { PlatformManifest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin } from '../pins/pin.ts';
import { targetRepositories } from './candidates.ts';
import { decidingPins } from './pin-target.ts';
import type { ImagePin } from './snapshot.ts';

/** One digest of an image that an environment pins. */
export interface PinnedImage {
  readonly image: string;
  readonly digest: Digest;
  readonly pins: readonly Pin[];
  /** The repositories that must have it. */
  readonly targets: readonly RepositoryName[];
}

/** Every digest that an environment pins, in the order of the file's images. */
export function pinnedImages(
  { images }: Environments,
  environment: Environment,
  pins: readonly ImagePin[],
): readonly PinnedImage[] {
  return images.flatMap(image => {
    const own = decidingPins(pins, image.name);
    const targets = targetRepositories(image, environment);
    return [...Map.groupBy(own, ({ pin, recorded }) => pin.digest ?? recorded)].flatMap(([digest, same]) =>
      digest === undefined ? [] : [{ image: image.name, digest, pins: same.map(asTagged), targets }],
    );
  });
}

/**
 * The tags that the promotion of a pinned digest set at its targets, as far as its pins show; `annotatedVersion` is the
 * image's own. If no template results in a pin's tag, that tag alone.
 */
export function tagsOfPinned(
  environment: Environment,
  { image, digest, pins }: PinnedImage,
  annotatedVersion: string | undefined,
  platforms: readonly PlatformManifest[] = [],
): readonly FilledTag[] {
  const { name, tags } = environment;
  const values = { image, environment: name, digest, annotatedVersion };
  const pinned = new Set(pins.flatMap(({ tag }) => tag ?? []));
  const filled = [...pinned].flatMap(tag => {
    const source = sourceTag(tags, tag, values);
    if (source === undefined) return [{ name: tag, moves: false }];
    const own = fillTags(tags, { ...values, tag: source });
    const known = new Map([[digest, platforms]]);
    return [...own.tags, ...platformTags(environment, { ...values, tag: source }, own, known).tags];
  });
  return [...new Map(filled.map(tag => [tag.name, tag])).values()];
}

/** The pin with the tag that its version stands for. */
function asTagged({ pin, recordedTag }: ImagePin): Pin {
  return recordedTag === undefined ? pin : { ...pin, tag: recordedTag };
}

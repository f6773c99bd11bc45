import type { Environment, Environments } from '../../environments/environments.ts';
import { imageNamed, pullRepository, pushRepository } from '../../environments/locate.ts';
import type { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { ImageChange } from '../../plan/history.ts';
import { decidingPins } from '../../plan/pin-target.ts';
import { isOf, type KnownDigest, type KnownImage } from '../../plan/running/judge.ts';
import type { PodContainer } from '../../plan/running/pods.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { readClosure } from '../../registry/closure.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';

/** The most earlier digests of an image whose platforms are read. */
const FORMER_PLATFORMS = 20;

/** The environment of the images. */
interface Place {
  readonly effects: Pick<Effects, 'store'>;
  readonly environments: Environments;
  readonly environment: Environment;
}

/**
 * The environment's images with their pinned digests, from the pins or our records. An image without a pin is
 * included if a container uses it.
 */
export function knownImages(
  { environments, environment }: Place,
  pins: readonly ImagePin[],
  containers: readonly PodContainer[],
): readonly KnownImage[] {
  return environments.images.flatMap(image => {
    const own = decidingPins(pins, image.name);
    const repositories = new Set([
      ...environment.registries.flatMap(entry => [
        pullRepository(entry, image),
        pushRepository(entry, image),
      ]),
      ...own.flatMap(({ pin }) => pin.repository ?? []),
    ]);
    const pinned = own.map(({ pin, recorded, recordedTag }) => ({
      digest: pin.digest ?? recorded,
      tag: recordedTag ?? pin.tag,
    }));
    if (own.length === 0 && !containers.some(container => isOf({ repositories }, container))) return [];
    return [{ image: image.name, repositories, pinned: distinct(pinned), former: [] }];
  });
}

/** Adds the digests that were pinned before, from the environment's history. */
export function withFormer(
  images: readonly KnownImage[],
  changes: readonly ImageChange[],
): readonly KnownImage[] {
  return images.map(known => {
    const now = new Set(known.pinned.map(({ digest }) => digest));
    const before = changes.filter(({ image }) => image === known.image).flatMap(change => change.before);
    return { ...known, former: distinct(before).filter(({ digest }) => !now.has(digest)) };
  });
}

function distinct(
  states: readonly { readonly digest?: Digest | undefined; readonly tag?: string | undefined }[],
): readonly KnownDigest[] {
  const byDigest = Map.groupBy(states, ({ digest }) => digest);
  return [...byDigest].flatMap(([digest, [first]]) =>
    digest === undefined ? [] : [{ digest, tag: first?.tag, parts: new Set<Digest>() }],
  );
}

/** Adds the manifests and configurations of the digests, since nodes may name an image by these. */
export async function withPlatforms(
  place: Place,
  images: readonly KnownImage[],
): Promise<{ readonly images: readonly KnownImage[]; readonly failures: readonly PromoteError[] }> {
  const failures: PromoteError[] = [];
  const expanded = images.map(async known => {
    const expand = async (each: KnownDigest): Promise<KnownDigest> => {
      const read = await contain(() => partsOf(place, known.image, each.digest));
      if (read.kind === 'done') return { ...each, parts: read.value };
      failures.push(read.error);
      return each;
    };
    const former = await Promise.all(known.former.slice(0, FORMER_PLATFORMS).map(expand));
    return {
      ...known,
      pinned: await Promise.all(known.pinned.map(expand)),
      former: [...former, ...known.former.slice(FORMER_PLATFORMS)],
    };
  });
  return { images: await Promise.all(expanded), failures };
}

/** The digests of an image's parts; none if the image was deleted. */
async function partsOf(
  { effects, environments, environment }: Place,
  image: string,
  digest: Digest,
): Promise<ReadonlySet<Digest>> {
  const [registry] = environment.registries;
  if (registry === undefined) return new Set();
  const store = effects.store(pushRepository(registry, imageNamed(environments, image)));
  if ((await store.head(digest)) === undefined) return new Set();
  const { manifests } = await readClosure(store, digest);
  return new Set(
    manifests.flatMap(content => {
      const manifest = parseManifest(content);
      const own = content.descriptor.digest;
      return manifest.kind === 'index' ? [own] : [own, manifest.config.digest];
    }),
  );
}

import type { Descriptor } from '../../oci/descriptor.ts';
import type { ImageContents } from '../../plan/refresh/image-facts.ts';
import type { ReadImage } from './read-image.ts';
import { attachedSbom } from './read-sbom.ts';

/** How many layers are looked into for the operating system: it comes with the first ones. */
const FIRST_LAYERS = 3;

/** What an image holds: its packages by an attached SBOM, its operating system by the same or by its own files. */
export async function readContents(
  image: ReadImage,
  releaseIn: (layer: Descriptor) => Promise<string | undefined>,
): Promise<ImageContents> {
  const sbom = await attachedSbom(image);
  const os = sbom?.os ?? (await firstRelease(image, releaseIn));
  return {
    ...(os === undefined ? {} : { os }),
    ...(sbom === undefined ? {} : { packages: sbom.packages }),
  };
}

async function firstRelease(
  { platform }: ReadImage,
  releaseIn: (layer: Descriptor) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const layer of platform?.manifest.layers.slice(0, FIRST_LAYERS) ?? []) {
    const release = await releaseIn(layer);
    if (release !== undefined) return release;
  }
  return undefined;
}

import type { Descriptor } from '../oci/descriptor.ts';
import { attachedSbom } from './attached-sbom.ts';
import type { Image } from './image.ts';
import type { Package } from './sbom.ts';

/** The most layers that are searched for the operating system, which is in the first ones. */
const FIRST_LAYERS = 3;

/** The contents of an image that could be read. */
export interface ImageContents {
  /** The operating system's name and version. */
  readonly os?: string | undefined;
  readonly packages?: readonly Package[] | undefined;
}

/** Reads an image's contents: packages from an attached SBOM, the operating system from it or from files. */
export async function readContents(
  image: Image,
  releaseIn: (layer: Descriptor) => Promise<string | undefined>,
): Promise<ImageContents> {
  const sbom = await attachedSbom(image);
  const os = sbom?.os ?? (await firstRelease(image, releaseIn));
  return { os, packages: sbom?.packages };
}

async function firstRelease(
  { platform }: Image,
  releaseIn: (layer: Descriptor) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const layer of platform?.manifest.layers.slice(0, FIRST_LAYERS) ?? []) {
    const release = await releaseIn(layer);
    if (release !== undefined) return release;
  }
  return undefined;
}

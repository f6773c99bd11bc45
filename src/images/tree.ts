import pLimit from 'p-limit';
import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform, type ManifestContent, parseManifest } from '../oci/manifest.ts';
import { childManifests, readClosure } from '../registry/closure.ts';
import { type Evidence, findEvidence, NO_EVIDENCE } from '../registry/evidence/evidence.ts';
import type { Store } from '../registry/store.ts';
import { type ReadAttachment, readReferrer, readTagged } from './attachments.ts';

/** One platform of an image. */
export interface ImagePlatform {
  readonly platform: string;
  readonly digest: Digest;
  readonly layers: number;
  /** Bytes of config and layers, in stored form. */
  readonly size: number;
}

/** An image's platforms, and all attachments of the image and its platforms. */
export interface ImageTree {
  readonly mediaType: string;
  readonly platforms: readonly ImagePlatform[];
  readonly attachments: readonly ReadAttachment[];
  readonly notices: readonly string[];
}

/** The most attachments that are opened, and how many at a time. */
const MOST_ATTACHMENTS = 256;
const PARALLEL_READS = 6;

/** Reads an image's tree. It verifies bytes, but no signatures. */
export async function readImageTree(store: Store, digest: Digest): Promise<ImageTree> {
  const { manifests } = await readClosure(store, digest);
  const { evidence, notices } = await readEvidence(
    store,
    manifests.map(({ descriptor }) => descriptor.digest),
  );
  const limit = pLimit(PARALLEL_READS);
  const referrers = [...evidence.referrers].flatMap(([subject, found]) =>
    found.map(referrer => ({ subject, referrer })),
  );
  const tags = [...evidence.tags.keys()];
  const read = await Promise.all([
    ...referrers
      .slice(0, MOST_ATTACHMENTS)
      .map(({ subject, referrer }) => limit(() => readReferrer(store, subject, referrer))),
    ...tags.slice(0, MOST_ATTACHMENTS).map(tag => limit(() => readTagged(store, tag))),
  ]);
  return {
    mediaType: manifests[0]?.descriptor.mediaType ?? '',
    platforms: platformsOf(manifests),
    attachments: read.flat(),
    notices: [...notices, ...unopened('referrers', referrers), ...unopened('tags of evidence', tags)],
  };
}

function unopened(what: string, { length }: readonly unknown[]): readonly string[] {
  return length > MOST_ATTACHMENTS ? [`${length - MOST_ATTACHMENTS} more ${what} were not opened`] : [];
}

/** If the fallback tag names something else, its referrers are hidden, but the image is not. */
async function readEvidence(
  store: Store,
  digests: readonly Digest[],
): Promise<{ readonly evidence: Evidence; readonly notices: readonly string[] }> {
  try {
    return { evidence: await findEvidence(store, digests), notices: [] };
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'EVIDENCE') throw error;
    return { evidence: NO_EVIDENCE, notices: [error.message] };
  }
}

function platformsOf(manifests: readonly ManifestContent[]): readonly ImagePlatform[] {
  const children = new Map(manifests.flatMap(childManifests).map(child => [child.digest, child]));
  return manifests.flatMap(content => {
    const manifest = parseManifest(content);
    if (manifest.kind === 'index') return [];
    const { config, layers } = manifest;
    const { digest } = content.descriptor;
    const size = layers.reduce((sum, layer) => sum + layer.size, config.size);
    return [{ platform: platformName(children.get(digest)), digest, layers: layers.length, size }];
  });
}

/** BuildKit lists its attestations beside the platforms, with an annotation. */
function platformName(child: Descriptor | undefined): string {
  const marked = child?.annotations?.['vnd.docker.reference.type'];
  return marked ?? (child?.platform ? formatPlatform(child.platform) : 'one platform');
}

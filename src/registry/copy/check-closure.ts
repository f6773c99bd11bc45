import pLimit from 'p-limit';
import { PromoteError } from '../../errors.ts';
import { type Descriptor, isElsewhere } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isManifestType, type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import { closureBounds, isSameKind } from '../closure.ts';
import { imagesOf } from '../evidence/places.ts';
import type { Store } from '../store.ts';

/** How much of an image a repository has. */
export interface ClosureCheck {
  /** The image's own manifest, where it can be read. */
  readonly root: ManifestContent | undefined;
  /** Manifests that were read and verified. */
  readonly manifests: number;
  /** Blobs that are there. */
  readonly blobs: number;
  readonly lacks: readonly LackingPart[];
}

/** A part of an image that is absent, or is not what its digest or the index that names it says. */
interface LackingPart {
  readonly part: 'manifest' | 'blob';
  readonly digest: Digest;
  readonly state: 'absent' | 'damaged';
}

/** The most parallel requests for one image. */
const PARALLEL_REQUESTS = 6;

/**
 * Checks every part of an image: reads and verifies each manifest, and asks for each blob by its digest.
 * Costs one GET for each manifest and one HEAD for each blob. Non-distributable layers are left out.
 */
export async function checkClosure(store: Store, digest: Digest): Promise<ClosureCheck> {
  const limit = pLimit(PARALLEL_REQUESTS);
  const walk: Walk = {
    store: imagesOf(store),
    perform: limit,
    enter: closureBounds(`${store.name}@${digest}`),
    seen: new Set(),
  };
  const parts = await visitManifest(walk, { digest }, 1);
  const there = parts.filter(({ state }) => state === 'there');
  return {
    root: parts.find(part => part.digest === digest)?.content,
    manifests: there.filter(({ part }) => part === 'manifest').length,
    blobs: there.filter(({ part }) => part === 'blob').length,
    lacks: parts.flatMap(({ part, digest, state }) => (state === 'there' ? [] : { part, digest, state })),
  };
}

interface Walk {
  readonly store: Store;
  readonly perform: <Result>(operation: () => Promise<Result>) => Promise<Result>;
  readonly enter: (depth: number) => void;
  readonly seen: Set<Digest>;
}

interface VisitedPart {
  readonly part: LackingPart['part'];
  readonly digest: Digest;
  readonly state: LackingPart['state'] | 'there';
  readonly content?: ManifestContent;
}

async function visitManifest(
  walk: Walk,
  named: Pick<Descriptor, 'digest'> & Partial<Descriptor>,
  depth: number,
): Promise<readonly VisitedPart[]> {
  walk.enter(depth);
  const { digest } = named;
  const read = await walk.perform(() => readManifest(walk.store, named));
  const { content, parts, ...found } = read;
  const below = await Promise.all(parts.map(child => visit(walk, child, depth + 1)));
  return [{ part: 'manifest', digest, ...found, ...(content && { content }) }, ...below.flat()];
}

async function visit(walk: Walk, child: Descriptor, depth: number): Promise<readonly VisitedPart[]> {
  const { digest, mediaType } = child;
  if (walk.seen.has(digest) || isElsewhere(child)) return [];
  walk.seen.add(digest);
  if (isManifestType(mediaType)) return await visitManifest(walk, child, depth);
  const isThere = await walk.perform(() => walk.store.hasBlob(child));
  return [{ part: 'blob', digest, state: isThere ? 'there' : 'absent' }];
}

interface ReadManifest {
  readonly state: VisitedPart['state'];
  readonly content?: ManifestContent;
  readonly parts: readonly Descriptor[];
}

async function readManifest(
  store: Store,
  { digest, mediaType }: Pick<Descriptor, 'digest'> & Partial<Descriptor>,
): Promise<ReadManifest> {
  try {
    const content = await store.manifest(digest);
    if (content === undefined) return { state: 'absent', parts: [] };
    const manifest = parseManifest(content);
    if (mediaType !== undefined && !isSameKind({ mediaType }, content))
      return { state: 'damaged', parts: [] };
    const parts = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
    return { state: 'there', content, parts };
  } catch (error) {
    const isDamaged =
      error instanceof PromoteError && (error.code === 'DIGEST_MISMATCH' || error.code === 'INVALID');
    if (!isDamaged) throw error;
    return { state: 'damaged', parts: [] };
  }
}

import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { EvidenceChoice } from '../../oci/evidence-choice.ts';
import type { ManifestContent } from '../../oci/manifest.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { copyImage } from '../../registry/copy/copy.ts';
import { missesParts } from '../../registry/copy/copy-manifest.ts';
import type { CopySettings } from '../../registry/copy/copy-run.ts';
import { createLedger } from '../../registry/copy/ledger.ts';
import { countEvidence, findEvidence } from '../../registry/evidence/evidence.ts';
import type { Store, TagOrDigest } from '../../registry/store.ts';
import { indexContent, missingPlatforms } from './index-content.ts';
import { type IndexEntry, platformName } from './index-entry.ts';
import { type IndexSource, readSource, type SourceParts } from './read-source.ts';

/** The index to create, and its options. */
export interface IndexOptions extends Pick<CopySettings, 'progress' | 'signal'> {
  readonly target: Store;
  /** The tag that names the index; absent: only its digest names it. */
  readonly tag: string | undefined;
  /** Whether the tag may be moved from another digest. */
  readonly moves: boolean;
  readonly sources: readonly IndexSource[];
  /** Platforms that the index must contain, such as `linux/arm64`. */
  readonly platforms: readonly string[];
  /** The evidence of the images that is copied with them. */
  readonly evidence: EvidenceChoice;
}

/** An index that is present at the target. */
export interface AssembledIndex {
  readonly descriptor: Descriptor;
  /** Whether anything was written. */
  readonly changed: boolean;
  readonly images: readonly { readonly platform: string; readonly digest: Digest; readonly source: string }[];
  /** The number of pieces of the images' evidence in the choice; the target has all of them. */
  readonly evidence: number;
  /** The number of pieces that the sources have. */
  readonly evidenceFound: number;
  /** Evidence that is not copied: it is of a source's own index, which the new index does not contain. */
  readonly left: readonly { readonly source: string; readonly digest: Digest; readonly evidence: number }[];
}

/**
 * Copies the images of all sources into one repository with their evidence, and creates one index for them.
 * Present content is not written again. Every part is read back before the tag is written. Throws `INVALID`
 * if two images are for one platform, and `TAG_MOVED` before any write.
 */
export async function assembleIndex(options: IndexOptions): Promise<AssembledIndex> {
  const { tag, sources } = options;
  const parts = await Promise.all(sources.map(readSource));
  const entries = parts.flatMap(part => part.entries);
  assertPlatforms(entries, options.platforms);
  const content = indexContent({ entries, annotations: parts.map(({ annotations }) => annotations) });
  const { digest } = content.descriptor;
  const isNamed = await isNamedBy(options, tag ?? digest, digest);
  const copied = await copyAll(options, parts, false);
  const isWritten = await makeWhole(options, parts, content, isNamed);
  if (tag !== undefined && !isNamed) await setTag(options, tag, content);
  return {
    descriptor: content.descriptor,
    changed: isWritten || copied.some(({ changed }) => changed),
    images: entries.flatMap(({ platform, descriptor, source }) =>
      platform === undefined ? [] : { platform: platformName(platform), digest: descriptor.digest, source },
    ),
    evidence: copied.reduce((sum, { evidence }) => sum + evidence, 0),
    evidenceFound: copied.reduce((sum, { evidenceFound = 0 }) => sum + evidenceFound, 0),
    left: options.evidence === 'none' ? [] : await evidenceLeft(parts),
  };
}

function assertPlatforms(entries: readonly IndexEntry[], wanted: readonly string[]): void {
  const missing = missingPlatforms(entries, wanted);
  if (missing.length === 0) return;
  throw new PromoteError('INVALID', `index: no source is for ${missing.join(', ')}`, {
    hint: 'name the image that was built for it, or leave its --platform out',
  });
}

/** Copies the images one after the other, because each copy already sends parallel requests. */
async function copyAll(options: IndexOptions, parts: readonly SourceParts[], thorough: boolean) {
  const { target, evidence, progress, signal } = options;
  const ledger = createLedger();
  const results: Awaited<ReturnType<typeof copyImage>>[] = [];
  for (const { source, entries } of parts) {
    for (const { descriptor } of entries) {
      const from = descriptor.digest;
      results.push(
        await copyImage({ source: source.store, target, from, evidence, progress, signal, ledger, thorough }),
      );
    }
  }
  return results;
}

/** Whether the name already names the index; throws `TAG_MOVED` for another target that may not move. */
async function isNamedBy(
  { target, moves }: IndexOptions,
  name: TagOrDigest,
  digest: Digest,
): Promise<boolean> {
  const named = await target.head(name);
  if (named === undefined || named.digest === digest || moves) return named?.digest === digest;
  throw new PromoteError(
    'TAG_MOVED',
    `index ${target.name}:${name}: the tag names ${named.digest}, expected ${digest}`,
    { hint: 'choose another tag, or let this one move (--move-tag)' },
  );
}

/** Writes the index unless it is there, and reads back all its parts. Returns whether it wrote anything. */
async function makeWhole(
  options: IndexOptions,
  parts: readonly SourceParts[],
  content: ManifestContent,
  isThere: boolean,
): Promise<boolean> {
  const { target } = options;
  if (!isThere) await putUnlessRefused(target, content);
  const { lacks } = await checkClosure(target, content.descriptor.digest);
  if (lacks.length === 0) return !isThere;
  // The present index is incomplete, so its parts are checked one by one.
  await copyAll(options, parts, true);
  await target.putManifest(content);
  await readBack(target, content.descriptor);
  return true;
}

async function putUnlessRefused(target: Store, content: ManifestContent): Promise<void> {
  try {
    await target.putManifest(content);
  } catch (error) {
    if (!missesParts(error)) throw error;
  }
}

/** Sets the tag. It checks the tag again, because another run may have set it during the long copy. */
async function setTag(options: IndexOptions, tag: string, content: ManifestContent): Promise<void> {
  const { target } = options;
  const { digest } = content.descriptor;
  await isNamedBy(options, tag, digest);
  await target.putManifest(content, tag);
  const named = await target.head(tag);
  if (named?.digest === digest) return;
  throw new PromoteError(
    'TAG_MOVED',
    `index ${target.name}:${tag}: read back, it names ${named?.digest ?? 'nothing'}, expected ${digest}`,
    { hint: 'something else writes that tag: run it again when that is done' },
  );
}

async function readBack(target: Store, { digest }: Descriptor): Promise<void> {
  const { lacks } = await checkClosure(target, digest);
  const [first] = lacks;
  if (first === undefined) return;
  throw new PromoteError(
    'NOT_FOUND',
    `index ${target.name}@${digest}: read back, ${lacks.length} parts are missing: ${first.part} ${first.digest} is ${first.state}`,
    { hint: 'run it again; if it stays so, the registry loses what it is sent' },
  );
}

async function evidenceLeft(parts: readonly SourceParts[]): Promise<AssembledIndex['left']> {
  const found = await Promise.all(
    parts.map(async ({ source, digest, isIndex }) => {
      const evidence = isIndex ? countEvidence(await findEvidence(source.store, [digest])) : 0;
      return { source: source.name, digest, evidence };
    }),
  );
  return found.filter(({ evidence }) => evidence > 0);
}

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

/** An index to make. */
export interface IndexOptions extends Pick<CopySettings, 'progress' | 'signal'> {
  readonly target: Store;
  /** The tag that names the index; absent: its digest alone does. */
  readonly tag: string | undefined;
  /** Whether the tag may be moved from another digest. */
  readonly moves: boolean;
  readonly sources: readonly IndexSource[];
  /** Platforms that must be among them, such as `linux/arm64`. */
  readonly platforms: readonly string[];
  /** Which evidence of the images is carried with them. */
  readonly evidence: EvidenceChoice;
}

/** An index that is there. */
export interface AssembledIndex {
  readonly descriptor: Descriptor;
  /** Whether anything was written. */
  readonly changed: boolean;
  readonly images: readonly { readonly platform: string; readonly digest: Digest; readonly source: string }[];
  /** Evidence of the images that was to be carried; the target has all of it. */
  readonly evidence: number;
  /** How much of it the sources have. */
  readonly evidenceFound: number;
  /** Evidence that stays behind: it is of a source's own index, which the new one does not contain. */
  readonly left: readonly { readonly source: string; readonly digest: Digest; readonly evidence: number }[];
}

/**
 * Brings the images of all sources into one repository, with their evidence, and names them by one index; what is there
 * is not written again. Every part is read back, before the tag is written. Throws `INVALID` where two images are for one
 * platform, and `TAG_MOVED` before anything is written.
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

/** Copies one image after the other: each asks several times at once already. */
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

/** Whether the name is the index's already; throws `TAG_MOVED` for a tag of something else that may not move. */
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

/** Writes the index unless it is there, and reads back every part of it. Returns whether anything was written. */
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
  // What seemed to be there is not whole: its parts are looked at one by one.
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

/** Copying takes long: another run may have set the tag meanwhile, so it is looked at again. */
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

import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { MANIFEST_LIMIT, type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import { type LayeredManifest, missingLayers, withLayers } from '../evidence/merge.ts';
import { putBytes } from '../put-bytes.ts';
import type { Store } from '../store.ts';
import { uniteTag } from '../unite-tag.ts';
import { copyBlob } from './copy-blob.ts';
import { copyParts, putWhole } from './copy-manifest.ts';
import type { CopyRun } from './copy-run.ts';

/**
 * Copies the source's evidence tag to the target, and returns whether anything was written. It merges both
 * sets, so the target keeps its signatures and attestations. Throws `EVIDENCE` if that is not possible.
 */
export async function copyEvidenceTag(run: CopyRun, tag: string, { digest }: Descriptor): Promise<boolean> {
  return await uniteTag({
    operation: `copy ${tag} to ${run.target.name}`,
    tag,
    missing: async () => {
      const there = await run.perform(() => run.target.head(tag));
      if (there?.digest === digest) return undefined;
      const source = await readTag(run, run.source, tag);
      return there === undefined
        ? () => copyWhole(run, tag, source)
        : await mergeInto(run, tag, source, there);
    },
  });
}

async function copyWhole(run: CopyRun, tag: string, source: ManifestContent): Promise<void> {
  await copyParts(run, source);
  await putWhole(run, source, tag);
}

/** The write that adds what the target lacks; `undefined` where it lacks nothing. */
async function mergeInto(
  run: CopyRun,
  tag: string,
  source: ManifestContent,
  there: Descriptor,
): Promise<(() => Promise<void>) | undefined> {
  if (tag.endsWith('.sbom')) throw different(run, tag, source.descriptor, there);
  const target = await readTag(run, run.target, tag);
  const [ours, theirs] = [layersIn(source), layersIn(target)];
  if (ours === undefined || theirs === undefined) throw different(run, tag, source.descriptor, there);
  const added = missingLayers(theirs, ours);
  if (added.length === 0) return undefined;
  return async () => {
    await run.all(added.map(layer => copyBlob(run, layer)));
    const merged = withLayers(target, await readConfig(run, theirs.config), added);
    const { descriptor, bytes } = merged.config;
    await run.perform(() => putBytes(run.target, descriptor.mediaType, bytes));
    await putWhole(run, merged.manifest, tag);
  };
}

async function readTag({ perform }: CopyRun, store: Store, tag: string): Promise<ManifestContent> {
  const content = await perform(() => store.manifest(tag));
  if (content) return content;
  throw new PromoteError('NOT_FOUND', `read ${store.name}:${tag}: it is gone`);
}

async function readConfig(run: CopyRun, config: Descriptor): Promise<Uint8Array> {
  if (config.size > MANIFEST_LIMIT) {
    throw new PromoteError(
      'TOO_LARGE',
      `read config ${config.digest} of ${run.target.name}: ${config.size} bytes`,
    );
  }
  return await run.perform(async () => Buffer.concat(await Array.fromAsync(await run.target.blob(config))));
}

function layersIn(content: ManifestContent): LayeredManifest | undefined {
  const manifest = parseManifest(content);
  return manifest.kind === 'image' ? manifest : undefined;
}

function different(run: CopyRun, tag: string, ours: Descriptor, theirs: Descriptor): PromoteError {
  const message = `copy ${tag} to ${run.target.name}: it names ${theirs.digest} there, ${ours.digest} at the source`;
  return new PromoteError('EVIDENCE', message, {
    hint: 'delete the one that is wrong, or copy without evidence (--evidence none)',
  });
}

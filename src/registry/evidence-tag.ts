import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { MANIFEST_LIMIT, type ManifestContent, parseManifest } from '../oci/manifest.ts';
import { copyBlob } from './copy-blob.ts';
import { copyParts, putWhole } from './copy-manifest.ts';
import type { CopyRun } from './copy-run.ts';
import { type LayeredManifest, missingLayers, withLayers } from './evidence-merge.ts';
import type { Store } from './store.ts';

const MOST_ROUNDS = 5;

/**
 * Brings what the source's evidence tag names to the same tag of the target, and returns whether anything was written.
 * Signatures and attestations that are there stay: theirs and ours are united, and read back until all are there,
 * since another writer may replace them in between. Throws `EVIDENCE` where that does not come about.
 */
export async function copyEvidenceTag(run: CopyRun, tag: string): Promise<boolean> {
  const source = await readTag(run, run.source, tag);
  for (let round = 0; round <= MOST_ROUNDS; round += 1) {
    const there = await run.perform(() => run.target.head(tag));
    if (there?.digest === source.descriptor.digest) return round > 0;
    if (there === undefined) {
      await copyParts(run, source);
      await putWhole(run, source, tag);
    } else if (!(await merge(run, tag, source, there))) return round > 0;
  }
  throw new PromoteError(
    'EVIDENCE',
    `copy ${tag} to ${run.target.name}: not whole after ${MOST_ROUNDS} writes`,
    {
      hint: 'others write it at the same time: run again when they are done',
    },
  );
}

/** Adds what the target lacks; `false` where it lacks nothing. */
async function merge(
  run: CopyRun,
  tag: string,
  source: ManifestContent,
  there: Descriptor,
): Promise<boolean> {
  if (tag.endsWith('.sbom')) throw different(run, tag, source.descriptor, there);
  const target = await readTag(run, run.target, tag);
  const [ours, theirs] = [layersIn(source), layersIn(target)];
  if (ours === undefined || theirs === undefined) throw different(run, tag, source.descriptor, there);
  const added = missingLayers(theirs, ours);
  if (added.length === 0) return false;
  await run.all(added.map(layer => copyBlob(run, layer)));
  const merged = withLayers(target, await readConfig(run, theirs.config), added);
  const { descriptor, bytes } = merged.config;
  await run.perform(() => run.target.putBlob(descriptor, { open: async () => chunks(bytes) }));
  await putWhole(run, merged.manifest, tag);
  return true;
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

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function different(run: CopyRun, tag: string, ours: Descriptor, theirs: Descriptor): PromoteError {
  const message = `copy ${tag} to ${run.target.name}: it names ${theirs.digest} there, ${ours.digest} at the source`;
  return new PromoteError('EVIDENCE', message, {
    hint: 'delete the one that is wrong, or copy without evidence (--evidence none)',
  });
}

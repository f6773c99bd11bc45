import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isManifestType, type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import { closureBounds, readPart } from '../closure.ts';
import { RegistryError } from '../registry-error.ts';
import { copyBlob } from './copy-blob.ts';
import type { CopyRun } from './copy-run.ts';
import { createLedger, once } from './ledger.ts';

/**
 * Copies everything that a manifest names to the target, children before parents, but not the manifest itself. Returns
 * the digests of all manifests, this one first.
 */
export async function copyParts(run: CopyRun, content: ManifestContent): Promise<readonly Digest[]> {
  return await copyBelow(
    { run, enter: closureBounds(`${run.source.name}@${content.descriptor.digest}`) },
    content,
    1,
  );
}

/**
 * Writes a manifest after its parts. If the registry then misses parts, they are copied once more: they were
 * deleted, or only seemed present.
 */
export async function putWhole(run: CopyRun, content: ManifestContent, tag?: string): Promise<void> {
  const put = () => run.perform(() => run.target.putManifest(content, tag));
  try {
    await put();
  } catch (error) {
    if (!missesParts(error)) throw error;
    await copyParts({ ...run, ledger: createLedger() }, content);
    await put();
  }
}

interface Descent {
  readonly run: CopyRun;
  readonly enter: (depth: number) => void;
}

async function copyBelow(
  descent: Descent,
  content: ManifestContent,
  depth: number,
): Promise<readonly Digest[]> {
  const { run, enter } = descent;
  enter(depth);
  const { digest } = content.descriptor;
  const manifest = parseManifest(content);
  if (manifest.kind === 'image') {
    await run.all([manifest.config, ...manifest.layers].map(part => copyBlob(run, part)));
    return [digest];
  }
  const below = await run.all(
    manifest.manifests.map(async child => {
      if (isManifestType(child.mediaType)) return await copyChild(descent, child, digest, depth + 1);
      await copyBlob(run, child);
      return [];
    }),
  );
  return [...new Set([digest, ...below.flat()])];
}

async function copyChild(
  descent: Descent,
  child: Descriptor,
  parent: Digest,
  depth: number,
): Promise<readonly Digest[]> {
  const { run } = descent;
  return await once(run.ledger.manifests, run.target.name, child.digest, async () => {
    const content = await run.perform(() => readPart(run.source, child, parent));
    const digests = await copyBelow(descent, content, depth);
    await putWhole(run, content);
    return digests;
  });
}

/** Whether a registry refused a manifest because parts of it are absent. */
export function missesParts(error: unknown): boolean {
  return (
    error instanceof RegistryError &&
    error.errors.some(({ code }) => /^(?:MANIFEST_BLOB_UNKNOWN|MANIFEST_UNKNOWN|BLOB_UNKNOWN)$/.test(code))
  );
}

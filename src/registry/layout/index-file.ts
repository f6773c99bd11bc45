import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { MEDIA_TYPES, manifestContent, parseManifest } from '../../oci/manifest.ts';
import { readBounded } from './blobs.ts';
import { partialPath } from './directory.ts';
import { withLock } from './lock.ts';

const INDEX = 'index.json';
const INDEX_LIMIT = 16 * 1024 * 1024;

/** The entries of a layout's `index.json`, none where there is no such file. */
export async function readEntries(directory: string): Promise<readonly Descriptor[]> {
  return (await readIndex(directory)).entries;
}

/**
 * Replaces the entries in one step, under the layout's lock. Nothing is written if `change` returns its
 * argument unchanged.
 */
export async function changeEntries(
  directory: string,
  change: (entries: readonly Descriptor[]) => readonly Descriptor[],
): Promise<void> {
  const path = join(directory, INDEX);
  const committed = await withLock(directory, async stillHeld => {
    const { json, entries } = await readIndex(directory);
    const changed = change(entries);
    if (changed === entries) return true;
    const partial = partialPath(directory);
    await writeFile(partial, JSON.stringify({ ...json, manifests: changed }));
    if (await stillHeld()) {
      await rename(partial, path);
      return true;
    }
    await rm(partial, { force: true });
    return false;
  });
  if (!committed) await changeEntries(directory, change);
}

interface Index {
  /** The whole document, which keeps other tools' fields. */
  readonly json: object;
  readonly entries: readonly Descriptor[];
}

async function readIndex(directory: string): Promise<Index> {
  const path = join(directory, INDEX);
  const bytes = await readBounded(path, INDEX_LIMIT);
  if (bytes === undefined) return { json: { schemaVersion: 2, mediaType: MEDIA_TYPES.index }, entries: [] };
  const index = parseManifest(manifestContent(bytes, MEDIA_TYPES.index));
  if (index.kind !== 'index') throw new PromoteError('INVALID', `image layout: ${path} is not an index`);
  const json: { manifests: readonly object[] } = JSON.parse(new TextDecoder().decode(bytes));
  return { json, entries: index.manifests.map((entry, at) => ({ ...json.manifests[at], ...entry })) };
}

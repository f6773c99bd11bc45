import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent, PromoteError, rethrowDefect } from '../../errors.ts';
import { isMissing } from './system-error.ts';

const MARKER = 'oci-layout';
const VERSION = '1.0.0';
const PARTIAL = '.partial';
const DAY = 24 * 60 * 60 * 1000;

/**
 * Whether the directory contains an image layout; `false` if it does not exist or is empty. Throws `INVALID`
 * if it contains other files. https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export async function isLayoutDirectory(directory: string): Promise<boolean> {
  const entries = await entriesOf(directory);
  if (!entries.includes(MARKER)) {
    // A killed first write leaves only its partial files.
    if (entries.every(entry => entry === PARTIAL)) return false;
    throw new PromoteError('INVALID', `image layout ${directory}: other files lie there, but no ${MARKER}`, {
      hint: 'name a directory that is empty, does not exist yet, or is an OCI image layout',
    });
  }
  const marker = await readFile(join(directory, MARKER), 'utf8');
  if (versionOf(marker) === VERSION) return true;
  throw new PromoteError(
    'UNSUPPORTED',
    `image layout ${directory}: ${MARKER} does not name version ${VERSION}`,
  );
}

/** Makes the directory an image layout if needed, and removes partial files of writes killed a day ago. */
export async function createLayoutDirectory(directory: string): Promise<void> {
  const exists = await isLayoutDirectory(directory);
  await mkdir(join(directory, PARTIAL), { recursive: true });
  await removeAbandoned(join(directory, PARTIAL));
  if (exists) return;
  const partial = partialPath(directory);
  await writeFile(partial, JSON.stringify({ imageLayoutVersion: VERSION }));
  await rename(partial, join(directory, MARKER));
}

/** A new path on the layout's own file system, for a file that is renamed once it is complete. */
export function partialPath(directory: string): string {
  return join(directory, PARTIAL, crypto.randomUUID());
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    rethrowDefect(cause);
    if (isMissing(cause)) return [];
    throw new PromoteError('INVALID', `image layout ${directory}: not a directory that can be read`, {
      cause,
    });
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const entry of await readdir(directory)) {
    const path = join(directory, entry);
    // Another run may have removed it.
    const file = await ifPresent(stat(path));
    if (file !== undefined && Date.now() - file.mtimeMs > DAY) await rm(path, { force: true });
  }
}

function versionOf(marker: string): unknown {
  try {
    const json: unknown = JSON.parse(marker);
    return typeof json === 'object' && json !== null && 'imageLayoutVersion' in json
      ? json.imageLayoutVersion
      : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

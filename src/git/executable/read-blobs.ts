import { PromoteError } from '../../errors.ts';
import type { Origin } from '../objects.ts';
import { assertFileSize } from '../text.ts';
import { type GitContext, runGit } from './run.ts';

/** Passes on the blobs; those that are not here are fetched first, in one request for all. */
export async function readBlobs(
  context: GitContext,
  origin: Origin,
  blobs: readonly string[],
  take: (blob: string, bytes: Buffer) => void,
): Promise<void> {
  const missing = await missingBlobs(context, blobs);
  if (missing.length > 0) {
    await origin.fetchBlobs(missing);
    const [still] = await missingBlobs(context, missing);
    if (still !== undefined)
      throw new PromoteError('NOT_FOUND', `read of blob ${still}: not in ${context.directory}`);
  }
  await assertReadable(context, blobs);
  passOn(await runGit(context, ['cat-file', '--batch'], lines(blobs)), blobs, take);
}

/** The named blobs that are not in this repository. Nothing is fetched, even in a partial clone. */
async function missingBlobs(context: GitContext, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  // In a partial clone `cat-file` fetches each missing object by a request of its own; where it may not, it fails.
  const listed = await runGit(context, LIST, lines(names));
  const present = new Set(listed.toString().split('\n'));
  return names.filter(name => !present.has(name));
}

const LIST: readonly string[] = [
  'rev-list',
  '--objects',
  '--no-object-names',
  '--no-walk',
  '--ignore-missing',
  '--missing=allow-any',
  '--stdin',
];

/** Throws `INVALID` for an object that is no blob, or too large to read. */
async function assertReadable(context: GitContext, blobs: readonly string[]): Promise<void> {
  const checked = (await runGit(context, ['cat-file', '--batch-check'], lines(blobs))).toString().split('\n');
  for (const [index, blob] of blobs.entries()) {
    const [, type, size] = (checked[index] ?? '').split(' ');
    if (type !== 'blob') throw new PromoteError('INVALID', `read of ${blob}: expected a blob, found ${type}`);
    assertFileSize(blob, Number(size));
  }
}

function passOn(output: Buffer, blobs: readonly string[], take: (blob: string, bytes: Buffer) => void): void {
  let at = 0;
  for (const blob of blobs) {
    const start = output.indexOf('\n', at) + 1;
    const size = Number(output.toString('latin1', at, start).trim().split(' ')[2]);
    take(blob, output.subarray(start, start + size));
    at = start + size + 1;
  }
}

function lines(names: readonly string[]): string {
  return names.map(name => `${name}\n`).join('');
}

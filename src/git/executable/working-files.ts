import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';
import { rethrowDefect } from '../../errors.ts';

/** A place that a blob's bytes may be found at without asking Git. */
export interface WorkingFiles {
  readonly directory: string;
  /** Paths by blob. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Room for a file's bytes behind the longest header that Git gives a blob. */
const HEADER = 32;
const ROOM = 256 * 1024;
/** Files read before something else may run: reading one is shorter than a turn of the event loop. */
const TURN = 256;
// Nothing is followed and nothing waits, whatever lies at the path now.
const OPEN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Passes on the blobs that the working tree holds. Their bytes count only if their name is the asked one; what is
 * changed, converted, larger than 256 KiB or gone is left to Git.
 */
export async function readWorkingFiles(
  { directory, paths }: WorkingFiles,
  blobs: readonly string[],
  take: (blob: string, bytes: Buffer) => void,
): Promise<void> {
  const room = Buffer.allocUnsafe(HEADER + ROOM);
  for (const [index, blob] of blobs.entries()) {
    if (index % TURN === TURN - 1) await others();
    const path = paths.get(blob);
    const length = path === undefined ? undefined : readInto(room, `${directory}/${path}`);
    if (length === undefined) continue;
    const header = `blob ${length}\0`;
    const start = HEADER - header.length;
    room.write(header, start, 'latin1');
    const end = HEADER + length;
    const algorithm = blob.length === 64 ? 'sha256' : 'sha1';
    if (hash(algorithm, room.subarray(start, end)) === blob) take(blob, room.subarray(HEADER, end));
  }
}

/** How many bytes the file has; `undefined` where it cannot be read, or not whole. */
function readInto(room: Buffer, path: string): number | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, OPEN);
    const length = readSync(file, room, HEADER, ROOM, 0);
    return length === ROOM ? undefined : length;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

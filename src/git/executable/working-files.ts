import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';
import { rethrowDefect } from '../../errors.ts';

/** Where a blob's bytes may be found without asking Git. */
export interface WorkingFiles {
  readonly directory: string;
  /** Paths by blob. */
  readonly paths: ReadonlyMap<string, string>;
}

/** The buffer's bytes for the longest header of a blob, and for a file's content after it. */
const HEADER = 32;
const ROOM = 256 * 1024;
/** Files read before other work may run: one read is shorter than a turn of the event loop. */
const TURN = 256;
// The path may be anything now: symbolic links are not followed, and a pipe does not block.
const OPEN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Passes the blobs that the working tree holds to `take`, if their hash is the blob's name. Returns those that
 * are left to Git: their files are changed, converted, missing, or 256 KiB or larger.
 */
export async function readWorkingFiles(
  { directory, paths }: WorkingFiles,
  blobs: readonly string[],
  take: (blob: string, bytes: Buffer) => void,
): Promise<readonly string[]> {
  const left: string[] = [];
  const room = Buffer.allocUnsafe(HEADER + ROOM);
  for (const [index, blob] of blobs.entries()) {
    if (index % TURN === TURN - 1) await others();
    const path = paths.get(blob);
    const length = path === undefined ? undefined : readInto(room, `${directory}/${path}`);
    if (length !== undefined && nameOf(room, length, blob.length) === blob)
      take(blob, room.subarray(HEADER, HEADER + length));
    else left.push(blob);
  }
  return left;
}

/** The name of a blob of this many bytes, which begin behind the room of the header. */
function nameOf(room: Buffer, length: number, digits: number): string {
  const header = `blob ${length}\0`;
  const start = HEADER - header.length;
  room.write(header, start, 'latin1');
  return hash(digits === 64 ? 'sha256' : 'sha1', room.subarray(start, HEADER + length));
}

/** Reads the file and returns its size in bytes; `undefined` where it cannot be read, or not whole. */
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

const BLOCK = 512;
const MOST_BYTES = 2 * 1024 ** 3;
const REGULAR = new Set(['0', '\0']);

/** A regular file of an archive, with its name in the archive. */
export interface TarFile {
  readonly name: string;
  readonly size: number;
}

/**
 * Streams the regular files of a tar archive that `matter`. Errors are made by `failure`. Names come from the
 * headers alone: extensions that rename a file are not read.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar, pax)
 */
export async function* readTar(
  stream: AsyncIterable<Uint8Array>,
  matters: (file: TarFile) => boolean,
  failure: (why: string) => Error,
): AsyncGenerator<TarFile & { readonly bytes: Uint8Array }, void> {
  const take = reader(stream, failure);
  for (;;) {
    const header = await take(BLOCK, true);
    if (header.length < BLOCK || header.every(byte => byte === 0)) return;
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    if (!Number.isSafeInteger(size) || size < 0) throw failure('a header is broken');
    const file = { name: nameIn(header), size };
    const isWanted = REGULAR.has(header.toString('latin1', 156, 157)) && matters(file);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const bytes = await take(padded, isWanted);
    if (isWanted) yield { ...file, bytes: bytes.subarray(0, size) };
  }
}

function nameIn(header: Buffer): string {
  const text = (start: number, end: number) => header.toString('utf8', start, end).replace(/\0.*$/s, '');
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(345, 500) : '';
  return prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
}

/** Reads the next bytes of a stream; at its end fewer. Only kept bytes stay in memory. */
function reader(stream: AsyncIterable<Uint8Array>, failure: (why: string) => Error) {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let total = 0;
  return async (length: number, isKept: boolean): Promise<Buffer> => {
    const taken: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      if (rest.length === 0) {
        const { done, value } = await chunks.next();
        if (done) break;
        rest = value;
        total += rest.length;
        if (total > MOST_BYTES) throw failure(`more than ${MOST_BYTES} bytes`);
      }
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      if (isKept) taken.push(part);
    }
    return Buffer.concat(taken);
  };
}

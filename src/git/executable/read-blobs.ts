import { PromoteError } from '../../errors.ts';
import { gitFailure } from '../failure.ts';
import type { Origin } from '../objects.ts';
import { assertFileSize } from '../text.ts';
import { type GitContext, runGit, startGit } from './run.ts';

/** Receives blobs' bytes; `most` is the largest size of one blob in bytes. */
interface Taking {
  readonly take: (blob: string, bytes: Buffer) => void;
  readonly most: number;
}

/** Passes the blobs to `take`; missing ones are fetched first, in one request. */
export async function readBlobs(
  context: GitContext,
  origin: Origin,
  blobs: readonly string[],
  taking: Taking,
): Promise<void> {
  const missing = await missingObjects(context, blobs);
  if (missing.length > 0) await origin.fetchBlobs(missing);
  await readHere(context, blobs, taking);
}

/** The named objects that are not in this repository. Nothing is fetched, even in a partial clone. */
export async function missingObjects(
  context: GitContext,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  // In a partial clone, `cat-file` would fetch missing objects one by one, and fails where it may not fetch.
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

/** Throws `NOT_FOUND` for a missing object, `INVALID` if it is not a blob, `TOO_LARGE` before it is read. */
async function readHere(
  context: GitContext,
  blobs: readonly string[],
  { take, most }: Taking,
): Promise<void> {
  const batch = startGit(context, ['cat-file', '--batch']);
  batch.child.stdin.end(lines(blobs));
  const output = new Output(batch.child.stdout);
  let read = 0;
  try {
    for (const blob of blobs) {
      const header = await output.line();
      if (header === undefined) break;
      const [, type, size] = header.split(' ');
      if (type === 'missing')
        throw new PromoteError('NOT_FOUND', `read of blob ${blob}: not in ${context.directory}`);
      if (type !== 'blob')
        throw new PromoteError('INVALID', `read of ${blob}: expected a blob, found ${type}`);
      assertFileSize(blob, Number(size), most);
      const bytes = await output.take(Number(size) + 1);
      take(blob, bytes.subarray(0, -1));
      read += 1;
    }
  } catch (error) {
    batch.stop();
    throw error;
  }
  const { code, stderr } = await batch.ended;
  if (code === 0 && read === blobs.length) return;
  throw gitFailure(`git cat-file in ${context.directory}`, stderr, context.secrets);
}

/** The output of a process, read in pieces. */
class Output {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line without its end; `undefined` at the end of the output. */
  async line(): Promise<string | undefined> {
    while (!this.#rest.includes(10)) if (!(await this.#more())) return undefined;
    const end = this.#rest.indexOf(10);
    return (await this.take(end + 1)).toString('latin1', 0, end);
  }

  /** Returns this many bytes, or fewer at the end of the output. */
  async take(bytes: number): Promise<Buffer> {
    const parts = [this.#rest];
    for (let has = this.#rest.length; has < bytes; has += parts.at(-1)?.length ?? 0) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      parts.push(value);
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(bytes);
    return all.subarray(0, bytes);
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (!done) this.#rest = Buffer.concat([this.#rest, value]);
    return !done;
  }
}

function lines(names: readonly string[]): string {
  return names.map(name => `${name}\n`).join('');
}

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A directory for a remote's objects; `close` removes it unless it is kept between runs. */
export interface Store {
  readonly directory: string;
  close(): Promise<void>;
}

/** Opens a remote's store below `cacheDirectory`, or a temporary one; `format` separates kinds of stores. */
export async function openStore(
  url: string,
  format: string,
  cacheDirectory: string | undefined,
): Promise<Store> {
  if (cacheDirectory === undefined) {
    const directory = await mkdtemp(join(tmpdir(), 'promote-git-'));
    return { directory, close: () => rm(directory, { recursive: true, force: true }) };
  }
  const name = createHash('sha256').update(`${format}\0${url}`).digest('hex').slice(0, 32);
  const directory = resolve(cacheDirectory, `${name}.git`);
  await mkdir(directory, { recursive: true });
  return { directory, close: async () => {} };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment } from './environment.ts';
import { type GitContext, tryGit } from './run.ts';

/** Returns a blob's bytes from a local checkout. The caller checks that their hash is the blob's name. */
export type LocalBlob = (blob: string) => Promise<Uint8Array | undefined>;

/** A checkout whose files can replace downloads. */
type Checkout = Pick<GitContext, 'executable' | 'directory' | 'timeout' | 'signal'> & {
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Returns the file that a checkout's index lists for a blob, unchecked: the caller compares hashes. */
export function checkoutBlobs({ env, ...checkout }: Checkout): LocalBlob {
  const context = { ...checkout, env: gitEnvironment(env), secrets: [] };
  let listed: Promise<ReadonlyMap<string, string>> | undefined;
  return async blob => {
    listed ??= readIndex(context);
    const path = (await listed).get(blob);
    if (path === undefined) return undefined;
    // The file only saves a download: if it cannot be read, the blob is downloaded.
    return await readFile(join(context.directory, path)).catch(() => undefined);
  };
}

/** Paths by blob; empty if the directory is no checkout. */
async function readIndex(context: GitContext): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await tryGit(context, ['ls-files', '--stage', '-z']);
  const entries = stdout.toString().matchAll(/(?:100644|100755) ([0-9a-f]{40,64}) 0\t([^\0]+)\0/g);
  return new Map([...entries].map(([, blob = '', path = '']) => [blob, path]));
}

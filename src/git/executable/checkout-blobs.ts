import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment } from './environment.ts';
import { type GitContext, tryGit } from './run.ts';

/** Answers a blob's bytes from a local checkout; they count only if their name is the asked one. */
export type LocalBlob = (blob: string) => Promise<Uint8Array | undefined>;

/** A checkout whose files are as good as a download where their bytes are the wanted ones. */
type Checkout = Pick<GitContext, 'executable' | 'directory' | 'timeout' | 'signal'> & {
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Answers blobs with the files that a checkout's index names them by, as they are there: the caller compares hashes.
 */
export function checkoutBlobs({ env, ...checkout }: Checkout): LocalBlob {
  const context = { ...checkout, env: gitEnvironment(env), secrets: [] };
  let listed: Promise<ReadonlyMap<string, string>> | undefined;
  return async blob => {
    listed ??= readIndex(context);
    const path = (await listed).get(blob);
    if (path === undefined) return undefined;
    // The file is only faster than a download: whatever is wrong with it, the blob is downloaded.
    return await readFile(join(context.directory, path)).catch(() => undefined);
  };
}

/** Paths by blob; none where the directory is no checkout after all. */
async function readIndex(context: GitContext): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await tryGit(context, ['ls-files', '--stage', '-z']);
  const entries = stdout.toString().matchAll(/(?:100644|100755) ([0-9a-f]{40,64}) 0\t([^\0]+)\0/g);
  return new Map([...entries].map(([, blob = '', path = '']) => [blob, path]));
}

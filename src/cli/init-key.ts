import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PromoteError, withSystem } from '../errors.ts';
import { generateSigningKey } from '../signing/generate-key.ts';
import { findCheckout } from './environments-file.ts';
import type { Io } from './io.ts';

/** The file of the public key, at the root of the repository. */
export const PUBLIC_KEY = 'cosign.pub';

/** The default place for a repository's private key; `undefined` without a home directory. */
export function usualKeyPath(
  { XDG_CONFIG_HOME: config, HOME: home }: Io['env'],
  root: string,
): string | undefined {
  const directory = config || (home && join(home, '.config'));
  return directory ? join(directory, `${basename(root)}-promote.key`) : undefined;
}

/** Throws `USAGE` for a place in a Git repository or a file that exists. Returns the absolute path. */
export function checkKeyPath(io: Io, path: string, root: string): string {
  const absolute = resolve(io.cwd, path);
  const directory = dirname(absolute);
  if (!existsSync(directory)) throw refusal(`${directory} does not exist`, `mkdir -p '${directory}'`);
  const checkout = findCheckout(realpathSync(directory));
  if (checkout !== undefined) {
    throw refusal(
      `${absolute} is in the Git repository ${checkout}, where a private key could be committed`,
      'name a place outside of every repository: promote init --generate-key ~/promote.key',
    );
  }
  for (const file of [absolute, join(root, PUBLIC_KEY)])
    if (existsSync(file)) throw refusal(`${file} is there already`, 'keep it, or move it away first');
  return absolute;
}

function refusal(why: string, hint: string): PromoteError {
  return new PromoteError('USAGE', `init: no key was made: ${why}`, { hint });
}

/** Writes the key pair. Only its owner can read the private key; `COSIGN_PASSWORD` encrypts it, if set. */
export async function writeKeyPair({ env }: Io, path: string, root: string): Promise<void> {
  const { privateKey, publicKey } = await generateSigningKey(env.COSIGN_PASSWORD);
  await withSystem('init', async () => {
    await writeFile(path, privateKey, { flag: 'wx', mode: 0o600 });
    await writeFile(join(root, PUBLIC_KEY), publicKey, { flag: 'wx' });
  });
}

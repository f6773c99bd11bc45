import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { OurSigning } from '../apply/effects.ts';
import type { Signing } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { loadPrivateKey } from '../signing/private-key.ts';
import { loadPublicKey } from '../signing/public-key.ts';
import type { Signer } from '../signing/signer.ts';
import type { Io } from './io.ts';

/** Reads a file that the environments file names, relative to it. */
export type ReadNamed = (path: string) => Promise<string>;

/** Reads named files from disk, relative to the directory. */
export function readFromDisk(directory: string): ReadNamed {
  return async path => {
    try {
      return await readFile(resolve(directory, path), 'utf8');
    } catch (cause) {
      throw new PromoteError('NOT_FOUND', `read ${path}: no such file in ${directory}`, { cause });
    }
  };
}

/** Our keys as the environments file names them; the private key is opened once, and only when asked for. */
export async function loadSigning(io: Io, signing: Signing, read: ReadNamed): Promise<OurSigning> {
  let opened: Promise<Signer> | undefined;
  const signer = () => {
    opened ??= loadSigner(io, signing.key, read);
    return opened;
  };
  const own =
    signing.publicKey === undefined
      ? (await signer()).publicKey
      : loadPublicKey(await read(signing.publicKey));
  const trusted = await Promise.all(signing.trusted.map(async path => loadPublicKey(await read(path))));
  return { keys: [own, ...trusted], signer };
}

/** Opens a private key given as a path or `env://NAME`; its password is `COSIGN_PASSWORD`. */
export async function loadSigner({ env }: Io, key: string, read: ReadNamed): Promise<Signer> {
  const pem = key.startsWith('env://') ? variable(env, key.slice('env://'.length)) : await readKey(key, read);
  return await loadPrivateKey(pem, () => env.COSIGN_PASSWORD);
}

async function readKey(path: string, read: ReadNamed): Promise<string> {
  return isAbsolute(path) ? await readFromDisk('/')(path) : await read(path);
}

function variable(env: Io['env'], name: string): string {
  const value = env[name];
  if (value) return value;
  throw new PromoteError('KEY', `load signing key: the environment variable ${name} is not set`, {
    hint: 'put the private key in PEM there, or name a file',
  });
}

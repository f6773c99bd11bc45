import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node hashes what an elliptic curve signs, so OpenSSL's program signs the digest as it is. */
export async function signDigest(key: KeyObject, digest: Buffer, algorithm: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-transit-'));
  const path = join(directory, 'key.pem');
  try {
    await writeFile(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const padding =
      key.asymmetricKeyType === 'rsa' ? ['-pkeyopt', `rsa_padding_mode:${paddingOf(algorithm)}`] : [];
    const options = ['-sign', '-inkey', path, '-pkeyopt', `digest:${HASHES[digest.length]}`, ...padding];
    return execFileSync('openssl', ['pkeyutl', ...options], { input: digest });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The hash that made a digest, by its length. */
const HASHES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

function paddingOf(algorithm: string): string {
  return algorithm === 'pkcs1v15' ? 'pkcs1' : 'pss';
}

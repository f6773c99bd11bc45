import { execFileSync, spawnSync } from 'node:child_process';
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

/** Whether the key, on P-256, signed the data of this SHA-256. */
export async function isDigestSigned(key: KeyObject, digest: Buffer, signature: Buffer): Promise<boolean> {
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || digest.length !== 32) return false;
  const directory = await mkdtemp(join(tmpdir(), 'promote-transit-'));
  const [path, signed] = [join(directory, 'key.pem'), join(directory, 'signature')];
  try {
    await writeFile(path, key.export({ type: 'spki', format: 'pem' }));
    await writeFile(signed, signature);
    const options = ['-verify', '-pubin', '-inkey', path, '-sigfile', signed, '-pkeyopt', 'digest:sha256'];
    return spawnSync('openssl', ['pkeyutl', ...options], { input: digest }).status === 0;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The hash that made a digest, by its length. */
const HASHES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

function paddingOf(algorithm: string): string {
  return algorithm === 'pkcs1v15' ? 'pkcs1' : 'pss';
}

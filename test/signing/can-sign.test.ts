import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { IDENTITY, newToken } from './keyless-place.ts';
import { encryptAsCosign, newPrivateKey, pemBlock, publicPem, toPem } from './keys.ts';
import { createSignedWorld, keyless, type SignedWorld } from './signed-world.ts';

const APPLY = ['apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0'];

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => {
  await sigstore.stop();
});

describe('a signer that cannot sign is found before anything is copied', () => {
  it('where the key is not there', async () => {
    const world = await createSignedWorld('{ key: env://ABSENT, publicKey: ours.pub }');
    await world.write('ours.pub', publicPem(newPrivateKey()));
    await refused(world, 'ABSENT is not set');
  });

  it('where the password is wrong', async () => {
    const world = await createSignedWorld('{ key: ../ours.key, publicKey: ours.pub }');
    await world.write('ours.pub', publicPem(newPrivateKey()));
    const der = newPrivateKey().export({ type: 'pkcs8', format: 'der' });
    const encrypted = encryptAsCosign(der, 'right', { N: 32768, r: 8, p: 1 });
    const pem = pemBlock('ENCRYPTED SIGSTORE PRIVATE KEY', encrypted);
    await writeFile(join(world.directory, 'ours.key'), pem);
    await refused(world, 'load signing key');
  });

  it('where the private key is not that of the public one', async () => {
    const world = await createSignedWorld('{ key: ../ours.key, publicKey: ours.pub }');
    await world.write('ours.pub', publicPem(newPrivateKey()));
    await writeFile(join(world.directory, 'ours.key'), toPem(newPrivateKey()));
    await refused(world, 'is not that of signing.publicKey');
  });

  it.each([
    ['identity', `${IDENTITY}-other`],
    ['issuer', 'https://other.example.com'],
  ] as const)('where the certificate names another %s', async (what, name) => {
    const world = await createSignedWorld(keyless(sigstore));
    await world.write('root.json', sigstore.trustedRoot);
    const token = what === 'identity' ? newToken(name) : newToken(IDENTITY, name);
    await writeFile(join(world.directory, 'token'), token);
    await refused(world, `certificate's ${what}`);
  });

  it('where the identity provider gives no certificate', async () => {
    const world = await createSignedWorld(keyless(sigstore));
    await world.write('root.json', sigstore.trustedRoot);
    sigstore.fault('/api/v2/signingCert', { status: 403 });
    await refused(world, 'answered 403');
    sigstore.recover();
  });
});

async function refused(world: SignedWorld, words: string): Promise<void> {
  const asked = sigstore.requests.length;
  expect(await world.run(...APPLY)).toMatchObject({ code: 1, stdout: expect.stringContaining(words) });
  expect(await readdir(join(world.directory, 'registries'))).toEqual(['build']);
  expect(sigstore.requests.slice(asked).filter(path => path.includes('/log/'))).toEqual([]);
}

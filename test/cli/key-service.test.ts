import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServiceKey } from '../../src/cli/key-service.ts';
import { loadSigning } from '../../src/cli/signing.ts';
import { loadTrust } from '../../src/cli/trust.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { requireSigner } from '../../src/signing/can-sign.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { verifyBundle } from '../../src/signing/verify.ts';
import { describeWith } from '../servers/tools.ts';
import { startTransit, TRANSIT_TOKEN } from '../servers/transit.ts';
import { startCosignPlace } from '../signing/cosign-place.ts';
import { newImage } from '../signing/counted-store.ts';
import { sign } from '../signing/sign-image.ts';

const DIGEST = digestOf('image');

const ecdsa = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const KINDS: Readonly<Record<string, () => KeyObject>> = {
  'ECDSA P-256': ecdsa,
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

function placeWith(env: Readonly<Record<string, string>>) {
  const http = createHttp();
  onTestFinished(() => http.close());
  const nothing = { write: () => true };
  const { signal } = new AbortController();
  const io = { cwd: '/', env, stdout: nothing, stderr: nothing, signal };
  return { io, http, read: async () => Promise.reject(new Error('no file is read')) };
}

describeWith(['openssl'], 'a key of a transit engine', () => {
  it.each(Object.entries(KINDS))('signs, and its public key verifies: %s', async (_, make) => {
    const { url, asked } = await startTransit([make(), make()]);
    const place = placeWith({ VAULT_ADDR: url, VAULT_TOKEN: TRANSIT_TOKEN });
    const signer = keySigner(await openServiceKey(place, 'hashivault://promote'));
    const bytes = await signStatement(signer, cosignStatement(DIGEST));
    const accepted = { signer: { kind: 'key', key: 'hashivault://promote' } } as const;
    const trust = await loadTrust(place, accepted);
    expect(await verifyBundle(bytes, { trust, digest: DIGEST })).toMatchObject({ kind: 'verified' });
    // Once for the signer, once to sign, once to verify.
    expect(asked).toHaveLength(3);
  });

  it('is that of the environments file, with its own variables, mount and namespace', async () => {
    const { url } = await startTransit([ecdsa()], { mount: 'keys/prod', namespace: 'team' });
    const home = await mkdtemp(join(tmpdir(), 'promote-home-'));
    onTestFinished(() => rm(home, { recursive: true }));
    await writeFile(join(home, '.vault-token'), `${TRANSIT_TOKEN}\n`);
    const place = placeWith({
      HOME: home,
      BAO_ADDR: url,
      VAULT_ADDR: 'http://127.0.0.1:1',
      BAO_NAMESPACE: 'team',
      TRANSIT_SECRET_ENGINE_PATH: 'keys/prod/',
    });
    const key = 'openbao://promote';
    const by = { kind: 'key', key, publicKey: key } as const;
    const { signer, trust } = await loadSigning(place, { by, trusted: [], formats: ['bundle'] });
    await requireSigner(await signer(), trust);
  });

  it('waits where the engine is busy', async () => {
    const { url, asked } = await startTransit([ecdsa()], { busy: 2 });
    await openServiceKey(placeWith({ VAULT_ADDR: url, VAULT_TOKEN: TRANSIT_TOKEN }), 'hashivault://promote');
    expect(asked).toHaveLength(3);
  });

  it('tells that the engine refuses, and nothing of the token', async () => {
    const { url } = await startTransit([ecdsa()]);
    const token = 'hvs.another-secret-token';
    const opened = openServiceKey(placeWith({ VAULT_ADDR: url, VAULT_TOKEN: token }), 'hashivault://promote');
    const failure = await opened.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SIGNATURE', message: expect.stringContaining('403') });
    expect(JSON.stringify([failure, String(failure), (failure as Error).stack])).not.toContain(token);
  });
});

describeWith(['openssl', 'cosign', 'docker-registry', 'oras'], 'an image signed in a transit engine', () => {
  it('is accepted by cosign with the exported public key', async () => {
    const { url } = await startTransit([ecdsa()]);
    const env = { VAULT_ADDR: url, VAULT_TOKEN: TRANSIT_TOKEN };
    const cosign = await startCosignPlace();
    try {
      const { store, name, push } = cosign.repository('transit');
      const subject = await newImage(store);
      const signer = keySigner(await openServiceKey(placeWith(env), 'hashivault://promote'));
      await sign(store, subject, signer);
      await push();
      const { publicKey } = await signer.key();
      const pem = publicKey.export({ type: 'spki', format: 'pem' });
      const pub = join(cosign.directory, 'transit.pub');
      await writeFile(pub, pem);
      const flags = ['--insecure-ignore-tlog', '--allow-http-registry'];
      await cosign.cosign('verify', '--key', pub, ...flags, `${name}@${subject.digest}`);
    } finally {
      await cosign.stop();
    }
  });
});

describe('the name of a key', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['hashivault://promote', {}, 'VAULT_ADDR is not set'],
    ['openbao://promote', { BAO_ADDR: 'http://127.0.0.1:1', HOME: '/nowhere' }, 'BAO_TOKEN is not set'],
    ['hashivault://a/b', { VAULT_ADDR: 'http://127.0.0.1:1' }, 'names no key'],
  ])('%s in %j: %s', async (uri, env, words) => {
    await expect(openServiceKey(placeWith(env), uri)).rejects.toThrow(words);
  });
});

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSigning, loadSigningKey } from '../../src/cli/signing.ts';
import { loadTrust, readPublicKey } from '../../src/cli/trust.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import { requireSigner } from '../../src/signing/can-sign.ts';
import { generateSigningKey } from '../../src/signing/generate-key.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { verifyBundle } from '../../src/signing/verify.ts';
import { startSecretCluster } from '../servers/secret-api.ts';
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
  const http = createHttp({ retry: { sleep: async () => undefined } });
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
    const signer = keySigner(await loadSigningKey(place, 'hashivault://promote'));
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
    await loadSigningKey(placeWith({ VAULT_ADDR: url, VAULT_TOKEN: TRANSIT_TOKEN }), 'hashivault://promote');
    expect(asked).toHaveLength(3);
  });

  it('tells that the engine refuses, and nothing of the token', async () => {
    const { url } = await startTransit([ecdsa()]);
    const token = 'hvs.another-secret-token';
    const opened = loadSigningKey(placeWith({ VAULT_ADDR: url, VAULT_TOKEN: token }), 'hashivault://promote');
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
      const signer = keySigner(await loadSigningKey(placeWith(env), 'hashivault://promote'));
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

describeWith(['kubectl', 'openssl'], 'a key in a secret of a cluster', () => {
  async function placeOf(contents: Readonly<Record<string, string>>) {
    const { config, asked } = await startSecretCluster('release', 'promote', contents);
    const home = await mkdtemp(join(tmpdir(), 'promote-cluster-'));
    onTestFinished(() => rm(home, { recursive: true }));
    await writeFile(join(home, 'config'), config);
    const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: join(home, 'config') };
    return { place: placeWith(env), asked };
  }

  it('signs with the password beside it, and is recognised by the public key there', async () => {
    const { privateKey, publicKey } = await generateSigningKey('marked-password');
    const secret = {
      'cosign.key': privateKey,
      'cosign.pub': publicKey,
      'cosign.password': 'marked-password',
    };
    const { place } = await placeOf(secret);
    const key = await loadSigningKey(place, 'k8s://release/promote');
    expect(key.publicKey.equals(await readPublicKey(place, 'k8s://release/promote'))).toBe(true);
    expect(await signStatement(keySigner(key), cosignStatement(DIGEST))).toBeDefined();
  });

  it.each([
    ['another secret', 'k8s://release/other'],
    ['a secret without a key', 'k8s://release/promote'],
  ])('is missing, and nothing of it shows: %s', async (_, uri) => {
    const { place } = await placeOf({ 'cosign.password': 'marked-password' });
    const error: unknown = await loadSigningKey(place, uri).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'KEY' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('marked');
  });
});

describe('the name of a key', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['hashivault://promote', {}, 'VAULT_ADDR is not set'],
    ['openbao://promote', { BAO_ADDR: 'http://127.0.0.1:1', HOME: '/nowhere' }, 'BAO_TOKEN is not set'],
    ['hashivault://a/b', { VAULT_ADDR: 'http://127.0.0.1:1' }, 'names no key'],
    ['awskms://alias/promote', {}, 'names no key'],
    ['gcpkms://projects/p/locations/l/keyRings/r', {}, 'names no key'],
    ['azurekms://vault', {}, 'names no key'],
    ['k8s://secret', {}, 'names no key'],
    ['k8s://release/promote', { PATH: '/nowhere' }, 'kubectl is not on the PATH'],
    ['pkcs11:token=promote;object=key?pin-value=1234', {}, 'pkcs11 is no key service'],
    ['gitlab://group/project', {}, 'gitlab is no key service'],
  ])('%s in %j: %s', async (uri, env, words) => {
    await expect(loadSigningKey(placeWith(env), uri)).rejects.toThrow(words);
  });
});

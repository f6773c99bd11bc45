import { createPublicKey, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature } from '../../src/signing/find.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { loadPublicKey } from '../../src/signing/public-key.ts';
import { keySigner, type SigningKey } from '../../src/signing/signer.ts';
import { COSIGN_SIGN } from '../../src/signing/statement.ts';
import { noRoot } from '../../src/signing/trust.ts';
import { trustedKey } from '../../src/signing/trusted-signer.ts';
import { describeWith } from '../servers/tools.ts';
import { COSIGN_PASSWORD, type CosignPlace, startCosignPlace } from './cosign-place.ts';
import { newImage } from './counted-store.ts';
import { newKey, newPrivateKey } from './keys.ts';
import { sign } from './sign-image.ts';

describeWith(['cosign', 'docker-registry', 'oras'], 'cosign and we', () => {
  let place: CosignPlace;
  beforeAll(async () => {
    place = await startCosignPlace();
  });
  afterAll(async () => {
    await place.stop();
  });

  it('cosign verifies an index that we signed with its key, by that key alone', async () => {
    const { store, name, push } = place.repository('ours');
    const subject = await newImage(store);
    await signAt(store, await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD));
    await push();
    const verified = await verify(`${name}@${subject.digest}`, `${place.directory}/cosign.pub`);
    expect(verified).toMatchObject([
      { critical: { image: { 'docker-manifest-digest': subject.digest }, type: COSIGN_SIGN } },
    ]);
    await place.cosign('generate-key-pair', '--output-key-prefix', `${place.directory}/other`);
    await expect(verify(`${name}@${subject.digest}`, `${place.directory}/other.pub`)).rejects.toThrow();
  });

  it('cosign verifies our signature beside that of another', async () => {
    const { store, name, push } = place.repository('both');
    const subject = await newImage(store);
    await signAt(store, await newKey());
    await signAt(store, await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD));
    await push();
    expect(await verify(`${name}@${subject.digest}`, `${place.directory}/cosign.pub`)).toHaveLength(1);
  });

  it('we recognise what cosign signed, and sign nothing then', async () => {
    const { store, name, push, pull } = place.repository('theirs');
    const { digest } = await newImage(store);
    await push();
    const unlogged = ['--use-signing-config=false', '--tlog-upload=false', '-a', 'team=a'];
    const key = ['--key', `${place.directory}/cosign.key`];
    await place.cosign('sign', '-y', '--allow-http-registry', ...unlogged, ...key, `${name}@${digest}`);
    const signed = await pull();
    expect(await find(signed, digest, loadPublicKey(place.publicKey))).toMatchObject({
      statement: { predicateType: COSIGN_SIGN, subject: [{ annotations: { team: 'a' } }] },
    });
    expect(await find(signed, digest, createPublicKey(newPrivateKey()))).toBeUndefined();
    const signer = await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD);
    expect(await signAt(signed, signer)).toEqual({ kind: 'present' });
  });

  async function verify(reference: string, key: string): Promise<unknown> {
    const unlogged = ['--insecure-ignore-tlog', '--allow-http-registry'];
    return JSON.parse(await place.cosign('verify', ...unlogged, '--key', key, reference));
  }
});

async function signAt(store: Store, key: SigningKey) {
  const subject = await store.head('v1');
  if (subject === undefined) throw new Error('there is no image to sign');
  return await sign(store, subject, keySigner(key));
}

async function find(store: Store, digest: Digest, key: KeyObject) {
  const trust = { signers: [trustedKey(key)], root: noRoot };
  return await findSignature({ store, referrers: await store.referrers(digest), digest, trust });
}

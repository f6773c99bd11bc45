import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { signBytes, signStatement } from '../../src/signing/bundle.ts';
import { findSignature } from '../../src/signing/find.ts';
import { COSIGN_SIGN, cosignStatement, STATEMENT_PAYLOAD_TYPE } from '../../src/signing/statement.ts';
import { verifyBundle } from '../../src/signing/verify.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { newImage, newStore } from './counted-store.ts';
import { IDENTITY, ISSUER, newKeyless, newToken, newWitnessed, type Services } from './keyless-place.ts';
import { newKey } from './keys.ts';
import { sign } from './sign-image.ts';

const DIGEST = digestOf('image');
const WITNESSED: readonly (readonly [string, Services])[] = [
  ['logged', { rekor: true }],
  ['stamped', { tsa: true }],
  ['logged and stamped', { rekor: true, tsa: true }],
];

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => {
  await sigstore.stop();
});

describe('what is signed without a key', () => {
  it.each(WITNESSED)('is ours when it is read again: %s', async (_, services) => {
    const signer = newKeyless(sigstore, services);
    const bytes = await signStatement(signer, cosignStatement(DIGEST));
    expect(await verifyBundle(bytes, { trust: signer.trust, digest: DIGEST })).toMatchObject({
      kind: 'verified',
      by: { kind: 'certificate', identity: IDENTITY, issuer: ISSUER },
      time: expect.any(Date),
      statement: { predicateType: COSIGN_SIGN },
      ...(services.rekor ? { logIndex: expect.stringMatching(/^\d+$/) } : {}),
    });
  });

  it('is ours in both formats, and signed once', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signer = newKeyless(sigstore, { rekor: true, tsa: true });
    const formats = ['bundle', 'legacy'] as const;
    expect(await sign(store, subject, signer, { formats })).toEqual({ kind: 'signed', formats });
    expect(await sign(store, subject, signer, { formats })).toEqual({ kind: 'present' });
    const referrers = await store.referrers(subject.digest);
    const search = { store, referrers, digest: subject.digest, trust: signer.trust };
    for (const format of formats) {
      expect(await findSignature(search, [format])).toMatchObject({ format, by: { identity: IDENTITY } });
    }
  });
});

describe('what others sign without a key', () => {
  it.each(['dsse', 'intoto'] as const)(
    "is verified: sigstore-js's own bundle, logged as %s",
    async entryType => {
      const { url } = sigstore;
      const signer = new FulcioSigner({
        fulcioBaseURL: url,
        identityProvider: { getToken: async () => newToken() },
      });
      const witnesses = [new RekorWitness({ rekorBaseURL: url, entryType })];
      const data = Buffer.from(JSON.stringify(cosignStatement(DIGEST)));
      const bundle = await new DSSEBundleBuilder({ signer, witnesses }).create({
        data,
        type: STATEMENT_PAYLOAD_TYPE,
      });
      const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
      const { trust } = newKeyless(sigstore);
      expect(await verifyBundle(bytes, { trust, digest: DIGEST })).toMatchObject({
        kind: 'verified',
        by: { identity: IDENTITY },
      });
    },
  );
});

describe('what is signed with a key', () => {
  it.each(WITNESSED)('can be witnessed as well: %s', async (_, services) => {
    const signer = await newWitnessed(sigstore, services);
    const bytes = await signStatement(signer, cosignStatement(DIGEST));
    expect(await verifyBundle(bytes, { trust: signer.trust, digest: DIGEST })).toMatchObject({
      kind: 'verified',
      time: expect.any(Date),
    });
  });
});

describe('what is logged by another key or certificate', () => {
  it.each<[string, Services]>([
    ['in version 1', { rekor: true, tsa: true }],
    ['as a .sig', { rekor: true, tsa: true }],
  ])('is refused, as nobody who watches the log would see it: %s', async (name, services) => {
    const [other] = [await newKey()];
    const signer = newKeyless(sigstore, services);
    const pem = other.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const witnesses = signer.witnesses.map(witness => ({
      ...witness,
      testify: async (content: Parameters<typeof witness.testify>[0]) => await witness.testify(content, pem),
    }));
    const forged = { ...signer, witnesses };
    const signing =
      name === 'as a .sig'
        ? signBytes(forged, await signer.key(), Buffer.from('payload'))
        : signStatement(forged, cosignStatement(DIGEST));
    await expect(signing).rejects.toMatchObject({
      code: 'SIGNATURE',
      message: expect.stringContaining('other-log-entry'),
    });
  });
});

describe('nothing is logged or written', () => {
  it.each([
    ['identity', newToken(`${IDENTITY}x`)],
    ['issuer', newToken(IDENTITY, `${ISSUER}.evil.com`)],
  ])('with a certificate of another %s', async (_, token) => {
    const store = await newStore();
    const subject = await newImage(store);
    const before = sigstore.requests.length;
    store.calls.length = 0;
    const signing = sign(store, subject, newKeyless(sigstore, { rekor: true }, token));
    await expect(signing).rejects.toMatchObject({ code: 'SIGNATURE', hint: expect.any(String) });
    expect(sigstore.requests.slice(before)).toEqual(['/api/v2/signingCert']);
    expect(store.calls).not.toContain('putManifest');
  });
});

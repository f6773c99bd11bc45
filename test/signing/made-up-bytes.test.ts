import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { authenticate } from '../../src/signing/authenticate.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { signedBundle, withMaterial } from './bundle-parts.ts';
import { newKeyless } from './keyless-place.ts';

const DIGEST = digestOf('an image');

describe('what a registry serves', () => {
  let sigstore: Sigstore;
  beforeAll(async () => {
    sigstore = await startSigstore();
  });
  afterAll(async () => {
    await sigstore.stop();
  });

  it('refuses the signature wherever a certificate is cut off or changed, and is no fault', async () => {
    const { trust } = newKeyless(sigstore);
    const bundle = await signedBundle(newKeyless(sigstore), DIGEST);
    const { content } = bundle.verificationMaterial;
    if (content.$case !== 'certificate') throw new Error('no certificate');
    const { rawBytes } = content.certificate;
    // What follows is the authority's signature: its count of unused bits is read by nobody, and signs nothing.
    const signed = 8 + rawBytes.readUInt16BE(6);
    const reasons = new Set<string>();
    for (const bytes of madeUp(rawBytes, signed)) {
      const changed = { $case: 'certificate', certificate: { rawBytes: bytes } } as const;
      const outcome = await authenticate({ bundle: withMaterial(bundle, { content: changed }) }, trust);
      reasons.add(outcome.kind === 'refused' ? outcome.reason : outcome.kind);
    }
    expect(reasons).toContain('unreadable-verification-material');
    expect(reasons).not.toContain('authenticated');
  });

  it('refuses it wherever a timestamp is cut off or changed, and is no fault', async () => {
    const signer = newKeyless(sigstore, { tsa: true });
    const bundle = await signedBundle(signer, DIGEST);
    const [stamp] = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
    if (stamp === undefined) throw new Error('no timestamp');
    const reasons = new Set<string>();
    for (const signedTimestamp of madeUp(stamp.signedTimestamp, stamp.signedTimestamp.length, 5)) {
      const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp }] };
      const changed = withMaterial(bundle, { timestampVerificationData });
      const outcome = await authenticate({ bundle: changed }, signer.trust);
      reasons.add(outcome.kind === 'refused' ? outcome.reason : outcome.kind);
    }
    expect(reasons).toContain('unreadable-verification-material');
  });

  it('does not hide a fault of the program', async () => {
    const bundle = await signedBundle(newKeyless(sigstore), DIGEST);
    const fault = new TypeError('x is not a function');
    const { trust } = newKeyless(sigstore);
    const broken = { ...trust, root: () => Promise.reject(fault) };
    await expect(authenticate({ bundle }, broken)).rejects.toBe(fault);
  });
});

/** The bytes cut off after each one, and with each one changed, up to a place. */
function* madeUp(bytes: Buffer, end: number, step = 1): Generator<Buffer> {
  for (let at = 0; at < end; at += step) {
    yield bytes.subarray(0, at);
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    yield changed;
  }
}

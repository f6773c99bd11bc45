import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosignTag } from '../../src/oci/cosign-tag.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { manifestContent } from '../../src/oci/manifest.ts';
import { putBytes } from '../../src/registry/put-bytes.ts';
import type { Store } from '../../src/registry/store.ts';
import { judgeSignatures } from '../../src/signing/find.ts';
import { readLegacyManifest } from '../../src/signing/legacy-tag.ts';
import type { Refusal } from '../../src/signing/refusal.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { SIMPLE_SIGNING, simplePayload } from '../../src/signing/simple-signing.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { newImage, newStore } from './counted-store.ts';
import { newKeyless } from './keyless-place.ts';
import { newSigner } from './keys.ts';
import { sign } from './sign-image.ts';

const SIGNATURE = 'dev.cosignproject.cosign/signature';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(async () => {
  await sigstore.stop();
});

describe("cosign's .sig", () => {
  it('keeps what others signed, and is written once', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signers = [await newSigner(), newKeyless(sigstore), await newSigner()];
    for (const signer of [...signers, ...signers])
      await sign(store, subject, signer, { formats: ['legacy'] });
    expect(await layersOf(store, subject.digest)).toHaveLength(3);
    for (const signer of signers)
      expect(await judge(store, subject, signer)).toMatchObject({ kind: 'verified' });
  });

  it('loses nothing when several sign at the same time', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signers = await Promise.all([newSigner(), newSigner(), newSigner()]);
    const formats = ['bundle', 'legacy'] as const;
    await Promise.all(signers.map(signer => sign(store, subject, signer, { formats })));
    expect(await layersOf(store, subject.digest)).toHaveLength(3);
    expect(await store.referrers(subject.digest)).toHaveLength(3);
  });

  it('is added where only the bundle is there, and the bundle where only it is', async () => {
    const signer = await newSigner();
    for (const [first, second] of [
      ['bundle', 'legacy'],
      ['legacy', 'bundle'],
    ] as const) {
      const store = await newStore();
      const subject = await newImage(store);
      await sign(store, subject, signer, { formats: [first] });
      const completed = await sign(store, subject, signer, { formats: ['bundle', 'legacy'] });
      expect(completed).toEqual({ kind: 'signed', formats: [second] });
    }
  });
});

describe("a layer of cosign's .sig is refused", () => {
  const changes: readonly (readonly [string, Refusal, Change])[] = [
    ['for another image', 'other-subject', { digest: digestOf('another image') }],
    [
      'with a payload that was changed',
      'untrusted-signature',
      { payload: bytes => Buffer.from(`${bytes} `) },
    ],
    ['whose signature is not base64', 'broken-base64', { annotations: { [SIGNATURE]: 'MEUC!' } }],
    ['whose signature is missing', 'broken-base64', { annotations: { [SIGNATURE]: '' } }],
    [
      'whose log entry cannot be read',
      'unreadable-verification-material',
      { annotations: { [LOG_ENTRY]: '{"Payload":{}}' } },
    ],
  ];

  it.each(changes)('%s', async (_, reason, change) => {
    const store = await newStore();
    const subject = await newImage(store);
    const signer = await newSigner();
    await attachChanged(store, subject, signer, change);
    expect(await judge(store, subject, signer)).toMatchObject({ kind: 'refused', reason });
  });

  it('with the log entry of another signature', async () => {
    const store = await newStore();
    const subject = await newImage(store);
    const signer = newKeyless(sigstore);
    const { annotations = {} } = await signedLayer(signer, subject.digest);
    const { [LOG_ENTRY]: entry = '' } = annotations;
    await attachChanged(store, subject, signer, { annotations: { [LOG_ENTRY]: entry } });
    expect(await judge(store, subject, signer)).toMatchObject({ kind: 'refused', reason: 'other-log-entry' });
  });
});

interface Change {
  /** The image that is signed in fact. */
  readonly digest?: Digest;
  readonly payload?: (bytes: Buffer) => Buffer;
  readonly annotations?: Readonly<Record<string, string>>;
}

async function attachChanged(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  change: Change,
): Promise<void> {
  const digest = change.digest ?? subject.digest;
  const { annotations } = await signedLayer(signer, digest);
  const payload = change.payload ?? (bytes => bytes);
  const layer = await putBytes(store, SIMPLE_SIGNING, payload(simplePayload(digest, 'oci:./image')));
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await putBytes(store, 'application/vnd.oci.image.config.v1+json', Buffer.from('{}')),
    layers: [{ ...layer, annotations: { ...annotations, ...change.annotations } }],
  };
  const content = manifestContent(Buffer.from(JSON.stringify(manifest)));
  await store.putManifest(content, cosignTag(subject.digest, 'sig'));
}

/** The layer that signing an image of this digest gives. */
async function signedLayer(signer: Signer, digest: Digest): Promise<Descriptor> {
  const store = await newStore();
  await sign(store, { mediaType: 'application/json', digest, size: 1 }, signer, { formats: ['legacy'] });
  const [layer] = await layersOf(store, digest);
  if (layer === undefined) throw new Error('nothing was signed');
  return layer;
}

async function layersOf(store: Store, digest: Digest): Promise<readonly Descriptor[]> {
  const found = await readLegacyManifest(store, cosignTag(digest, 'sig') ?? '');
  return found?.manifest.layers ?? [];
}

async function judge(store: Store, { digest }: Descriptor, { trust }: Signer) {
  return await judgeSignatures({ store, referrers: [], digest, trust });
}

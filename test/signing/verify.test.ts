import { bundleFromJSON } from '@sigstore/bundle';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import type { Signer } from '../../src/signing/signer.ts';
import {
  COSIGN_SIGN,
  cosignStatement,
  inTotoStatement,
  type Statement,
} from '../../src/signing/statement.ts';
import { BUNDLE_LIMIT, base64, type Verification, verifyBundle } from '../../src/signing/verify.ts';
import { newSigner, trustIn } from './keys.ts';

const DIGEST = digestOf('image');
const SPDX = 'https://spdx.dev/Document';
const LOG_ENTRY = {
  logIndex: '1',
  logId: { keyId: 'AAAA' },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  integratedTime: '1',
  inclusionProof: {
    logIndex: '1',
    rootHash: 'AAAA',
    treeSize: '2',
    hashes: [],
    checkpoint: { envelope: 'x' },
  },
  canonicalizedBody: 'AAAA',
};

let ours: Signer;
let theirs: Signer;
let bundle: Bundle;

beforeAll(async () => {
  [ours, theirs] = [await newSigner(), await newSigner()];
  bundle = await signed(cosignStatement(DIGEST));
});

describe('verifyBundle', () => {
  it('accepts a signature by any of the keys, and says whose', async () => {
    expect(await verify(encode(bundle), [theirs, ours])).toMatchObject({
      kind: 'verified',
      format: 'bundle',
      signer: ours.trust.signers[0],
      by: { kind: 'key', keyId: expect.stringMatching(/^sha256:/) },
      statement: cosignStatement(DIGEST),
    });
  });

  it('accepts a bundle that was logged and stamped as well, without a trusted root', async () => {
    const material = {
      ...bundle.verificationMaterial,
      tlogEntries: [LOG_ENTRY],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'AAAA' }] },
    };
    const logged = encode({ ...bundle, verificationMaterial: material });
    expect(() => bundleFromJSON(JSON.parse(Buffer.from(logged).toString()))).not.toThrow();
    expect((await verify(logged)).kind).toBe('verified');
  });

  it('finds the image among several subjects, by the algorithm of its own digest', async () => {
    const { subject, ...rest } = cosignStatement(DIGEST);
    const several = await signed({ ...rest, subject: [{ digest: { sha512: 'ab' } }, ...subject] });
    expect((await verify(encode(several))).kind).toBe('verified');
  });
});

it('reads base64url, which protobuf may write too, and no mixture', async () => {
  const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  // Until a signature has both characters that differ.
  let bundle = await signed(cosignStatement(DIGEST));
  const text = () => `${JSON.parse(JSON.stringify(bundle)).dsseEnvelope.signatures[0].sig}`;
  while (!(text().includes('+') && text().includes('/'))) bundle = await signed(cosignStatement(DIGEST));
  const withSig = (sig: string) => {
    const json = JSON.parse(JSON.stringify(bundle));
    const { dsseEnvelope } = json;
    return Buffer.from(JSON.stringify({ ...json, dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig }] } }));
  };
  expect((await verify(withSig(url(text())))).kind).toBe('verified');
  const mixed = text().replaceAll('+', '-');
  expect(await verify(withSig(mixed))).toMatchObject({ kind: 'refused', reason: 'broken-base64' });
});

describe('a large payload', () => {
  const predicate = { text: 'é?>'.repeat(60_000) };
  const large = () => inTotoStatement({ digest: DIGEST, predicateType: SPDX, predicate });
  const read = async (text: string) =>
    await verifyBundle(Buffer.from(text), { trust: ours.trust, digest: DIGEST });
  const textOf = async () => JSON.stringify(await signed(large()));

  it('is verified, and its statement read', async () => {
    const verification = await read(await textOf());
    expect(verification).toMatchObject({ kind: 'verified', statement: { predicate } });
  });

  it('is that of the envelope, whatever else has its name or comes twice', async () => {
    const text = await textOf();
    const decoy = `"payload":"${'A'.repeat(90_000)}"`;
    const inAnother = text.replace('{', `{"verificationResult":{${decoy}},`);
    expect((await read(inAnother)).kind).toBe('verified');
    const twice = text.replace('"payload":', `${decoy},"payload":`);
    expect((await read(twice)).kind).toBe('verified');
    const last = text.replace(/"payload":"[^"]*"/, found => `${found},${decoy}`);
    expect(await read(last)).toMatchObject({ kind: 'refused', reason: 'tampered' });
  });

  it('is refused where it is changed, cut off, escaped or no base64', async () => {
    const text = await textOf();
    const payload = /"payload":"([^"]*)"/.exec(text)?.[1] ?? '';
    const put = async (other: string) => await read(text.replace(payload, other));
    expect(await put(`AAAA${payload.slice(4)}`)).toMatchObject({ reason: 'tampered' });
    expect(await put(`${payload}!`)).toMatchObject({ reason: 'broken-base64' });
    expect(await put(`${payload}\\"`)).toMatchObject({ reason: 'broken-base64' });
    expect(await read(text.slice(0, -2))).toMatchObject({ reason: 'not-a-bundle' });
  });
});

describe('verifyBundle refuses', () => {
  const cases: readonly (readonly [string, string, () => Bundle | Promise<Bundle>])[] = [
    ['a signature by another key', 'untrusted-signature', () => signed(cosignStatement(DIGEST), theirs)],
    ['a signature of another image', 'other-subject', () => signed(cosignStatement(digestOf('other')))],
    ['a payload that was changed', 'tampered', () => withPayload(cosignStatement(digestOf('other')))],
    ['an SBOM attestation by the right key', 'other-predicate', () => signed(sbom())],
    ['a statement of no subject', 'other-subject', () => signed({ ...cosignStatement(DIGEST), subject: [] })],
    ['a key id, which cosign refuses too', 'names-a-key-id', () => withSignature({ keyid: 'key' })],
    ['a signature that is not base64', 'broken-base64', () => withSignature({ sig: `${sig()}!` })],
    ['a signature that is not DER', 'tampered', () => withSignature({ sig: 'AAAA' })],
    ['two signatures', 'not-a-bundle', () => withEnvelope({ signatures: twice() })],
    ['no signature', 'not-a-bundle', () => withEnvelope({ signatures: [] })],
    ['another payload type', 'unexpected-payload-type', () => withEnvelope({ payloadType: 'text/plain' })],
    [
      'a certificate that is none',
      'unreadable-verification-material',
      () => withMaterial({ certificate: { rawBytes: 'AAAA' } }),
    ],
    ['a message signature', 'not-an-envelope', message],
    ['a payload that is no statement', 'not-a-statement', () => signed(JSON.parse('{"predicate":{}}'))],
  ];

  it.each(cases)('%s', async (_, reason, make) => {
    expect(await verify(encode(await make()))).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    ['nothing', ''],
    ['broken JSON', '{"mediaType":'],
    ['another JSON', 'null'],
    ['a bundle of another version', '{"mediaType":"application/vnd.dev.sigstore.bundle.v9.9+json"}'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('%s', async (_, bytes) => {
    expect(await verify(Buffer.from(bytes))).toMatchObject({ kind: 'refused', reason: 'not-a-bundle' });
  });

  it('more bytes than a bundle may have', async () => {
    const padded = Buffer.concat([encode(bundle), Buffer.alloc(BUNDLE_LIMIT, ' ')]);
    expect(await verify(padded)).toMatchObject({ kind: 'refused', reason: 'too-large' });
  });

  it('every signature where no key is ours', async () => {
    expect(await verify(encode(bundle), [await newSigner()])).toMatchObject({
      kind: 'refused',
      reason: 'untrusted-signature',
    });
  });
});

interface Bundle {
  readonly mediaType: string;
  readonly verificationMaterial: object;
  readonly dsseEnvelope: { readonly signatures: readonly object[] };
}

async function verify(bytes: Uint8Array, signers: readonly Signer[] = [ours]): Promise<Verification> {
  return await verifyBundle(bytes, {
    trust: trustIn(...signers),
    digest: DIGEST,
    predicateType: COSIGN_SIGN,
  });
}

function sig(): string {
  return JSON.parse(JSON.stringify(bundle.dsseEnvelope.signatures[0])).sig;
}

async function signed(statement: Statement, signer: Signer = ours): Promise<Bundle> {
  return JSON.parse(Buffer.from(await signStatement(signer, statement)).toString());
}

function sbom(): Statement {
  return inTotoStatement({ digest: DIGEST, predicateType: SPDX, predicate: {} });
}

function withEnvelope(part: object): Bundle {
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...part } };
}

function withPayload(statement: Statement): Bundle {
  return withEnvelope({ payload: Buffer.from(JSON.stringify(statement)).toString('base64') });
}

function withSignature(part: object): Bundle {
  return withEnvelope({ signatures: bundle.dsseEnvelope.signatures.map(one => ({ ...one, ...part })) });
}

function twice(): readonly object[] {
  return [...bundle.dsseEnvelope.signatures, ...bundle.dsseEnvelope.signatures];
}

function withMaterial(verificationMaterial: object): Bundle {
  return { ...bundle, verificationMaterial };
}

function message(): Bundle {
  const messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' };
  const { dsseEnvelope: _, ...rest } = bundle;
  return JSON.parse(JSON.stringify({ ...rest, messageSignature }));
}

function encode(value: Bundle): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

it.each([
  ['padded', 'AA==', 1],
  ['without padding', 'AAAA', 3],
  ['base64url', '-_-_', 3],
  ['base64url without padding', '-_8', 2],
  ['a line feed', 'QUJD\nQUJD', undefined],
  ['two line feeds', 'QU\nJDQU\nJD', undefined],
  ['three spaces', 'QU JD QU JD', undefined],
  ['another character', 'QU!D', undefined],
  ['padding within', 'AA=A', undefined],
  ['too much padding', 'AAAA====', undefined],
  ['both alphabets', '+/-_', undefined],
  ['one character too many', 'AAAAA', undefined],
  ['nothing', '', undefined],
  ['padding alone', '====', undefined],
])('the payload is read as base64 or not at all: %s', (_, text, length) => {
  expect(base64(text)?.length).toBe(length);
});

import type { Bundle } from '@sigstore/bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { judgeSignatures } from '../../src/signing/find.ts';
import type { Refusal } from '../../src/signing/refusal.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { rekorWitness } from '../../src/signing/sigstore/rekor.ts';
import type { Trust } from '../../src/signing/trust.ts';
import { trustedIdentity } from '../../src/signing/trusted-signer.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { attachAny, signedBundle, withMaterial, withPayload } from './bundle-parts.ts';
import { newImage, newStore } from './counted-store.ts';
import { IDENTITY, ISSUER, newKeyless, newToken, newWitnessed, reach } from './keyless-place.ts';

let sigstore: Sigstore;
let foreign: Sigstore;
beforeAll(async () => {
  [sigstore, foreign] = [await startSigstore(), await startSigstore()];
});
afterAll(async () => {
  await Promise.all([sigstore.stop(), foreign.stop()]);
});

type Make = (digest: Digest) => Promise<Bundle>;

const OTHER = digestOf('another image');
const material = ({ verificationMaterial }: Bundle) => verificationMaterial;

describe('without a key, an image counts as unsigned by us', () => {
  const cases: readonly (readonly [string, Refusal, Make])[] = [
    ['a signature of another image', 'other-subject', () => signedBundle(ours(), OTHER)],
    [
      'a payload that was changed',
      'tampered',
      async digest => withPayload(await signedBundle(ours(), OTHER), await payloadFor(digest)),
    ],
    [
      'an expired certificate without any time',
      'no-trusted-time',
      async digest => withMaterial(await signedBundle(ours(), digest), { tlogEntries: [] }),
    ],
    ['a certificate that had expired when it was logged', 'expired-certificate', loggedLate],
    [
      'a log entry for something else',
      'other-log-entry',
      async digest =>
        withMaterial(await signedBundle(ours(), digest), {
          tlogEntries: material(await signedBundle(ours(), digest)).tlogEntries,
        }),
    ],
    ['a log entry of another log', 'untrusted-log-entry', loggedElsewhere],
    [
      'a log entry that is missing although there is a timestamp',
      'not-logged',
      digest => signedBundle(newKeyless(sigstore, { tsa: true }), digest),
    ],
    ['a timestamp of another authority', 'untrusted-timestamp', stampedElsewhere],
    [
      'a certificate of another authority',
      'untrusted-certificate',
      digest => signedBundle(newKeyless(foreign), digest),
    ],
    [
      'a timestamp that cannot be read',
      'unreadable-verification-material',
      async digest =>
        withMaterial(await signedBundle(ours(), digest), {
          timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: Buffer.from('junk') }] },
        }),
    ],
    [
      'a signature by a key',
      'not-by-a-certificate',
      async digest => signedBundle(await newWitnessed(sigstore, {}), digest),
    ],
  ];

  it.each(cases)('by %s', async (_, reason, make) => {
    expect(await judge(make, ours().trust)).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    ['more behind it', `${IDENTITY}.evil.com`],
    ['more before it', `https://evil.com/?${IDENTITY}`],
    ['a new line behind it', `${IDENTITY}\n`],
    ['a line of its own', `https://evil.com/\n${IDENTITY}`],
    ['other letters', IDENTITY.toUpperCase()],
  ])('by an identity with %s, exactly or by pattern', async (_, identity) => {
    const make: Make = digest =>
      signedBundle(newKeyless(sigstore, { rekor: true }, newToken(identity), { identity }), digest);
    const issuer = { kind: 'exact', text: ISSUER } as const;
    for (const wanted of [
      { kind: 'exact', text: IDENTITY },
      { kind: 'pattern', pattern: 'https://github[.]com/acme/.*@refs/heads/main' },
    ] as const) {
      const trust = { signers: [trustedIdentity({ identity: wanted, issuer })], root: ours().trust.root };
      expect(await judge(make, trust)).toMatchObject({ kind: 'refused', reason: 'other-identity' });
    }
  });

  it('by the same identity of another issuer', async () => {
    const issuer = `${ISSUER}.evil.com`;
    const make: Make = digest =>
      signedBundle(newKeyless(sigstore, { rekor: true }, newToken(IDENTITY, issuer), { issuer }), digest);
    expect(await judge(make, ours().trust)).toMatchObject({ kind: 'refused', reason: 'other-issuer' });
  });

  it('by nobody', async () => {
    const store = await newStore();
    const { digest } = await newImage(store);
    const outcome = await judgeSignatures({ store, referrers: [], digest, trust: ours().trust });
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'no-signature' });
  });
});

describe('with a key, a log entry or timestamp that is required must be there', () => {
  it.each<[string, Refusal, object]>([
    ['log entry', 'not-logged', { rekor: true }],
    ['timestamp', 'not-stamped', { tsa: true }],
  ])('a %s', async (_, reason, services) => {
    const signer = await newWitnessed(sigstore, services);
    const bare: Make = async digest =>
      withMaterial(await signedBundle(signer, digest), {
        tlogEntries: [],
        timestampVerificationData: undefined,
      });
    expect(await judge(bare, signer.trust)).toMatchObject({ kind: 'refused', reason });
    expect(await judge(digest => signedBundle(signer, digest), signer.trust)).toMatchObject({
      kind: 'verified',
    });
  });
});

it('a log that is asked for is needed although the trusted root names none', async () => {
  const make: Make = digest => signedBundle(newKeyless(sigstore, { tsa: true }), digest);
  const match = {
    identity: { kind: 'exact', text: IDENTITY },
    issuer: { kind: 'exact', text: ISSUER },
  } as const;
  const root = async () => ({ ...(await ours().trust.root()), tlogs: [] });
  const asked = [trustedIdentity(match, { log: true, timestamp: false })];
  expect(await judge(make, { signers: asked, root })).toMatchObject({
    kind: 'refused',
    reason: 'not-logged',
  });
  expect(await judge(make, { signers: [trustedIdentity(match)], root })).toMatchObject({ kind: 'verified' });
});

function ours(): Signer {
  return newKeyless(sigstore);
}

async function judge(make: Make, trust: Trust) {
  const store = await newStore();
  const subject = await newImage(store);
  const { digest } = subject;
  await attachAny(store, subject, await make(digest));
  return await judgeSignatures({ store, referrers: await store.referrers(digest), digest, trust });
}

async function payloadFor(digest: Digest): Promise<Buffer> {
  const { content } = await signedBundle(ours(), digest);
  return content.$case === 'dsseEnvelope' ? content.dsseEnvelope.payload : Buffer.of();
}

async function loggedLate(digest: Digest): Promise<Bundle> {
  sigstore.skewLog(3_600_000);
  try {
    return await loggedBy(sigstore, await signedBundle(newKeyless(sigstore, { tsa: true }), digest));
  } finally {
    sigstore.skewLog(0);
  }
}

async function loggedElsewhere(digest: Digest): Promise<Bundle> {
  return await loggedBy(foreign, await signedBundle(ours(), digest));
}

async function loggedBy({ url }: Sigstore, bundle: Bundle): Promise<Bundle> {
  const { http } = reach(sigstore, {});
  const { entries } = await rekorWitness({ http, url }).testify(bundle.content, 'certificate');
  return withMaterial(bundle, { tlogEntries: [...entries], timestampVerificationData: undefined });
}

async function stampedElsewhere(digest: Digest): Promise<Bundle> {
  const bundle = await signedBundle(ours(), digest);
  const { timestampVerificationData } = material(
    await signedBundle(newKeyless(foreign, { tsa: true }), digest),
  );
  return withMaterial(bundle, { timestampVerificationData });
}

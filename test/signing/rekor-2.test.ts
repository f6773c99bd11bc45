import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { signBytes, signStatement } from '../../src/signing/bundle.ts';
import { requireSigner } from '../../src/signing/can-sign.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner, type Signer } from '../../src/signing/signer.ts';
import { keylessSigner } from '../../src/signing/sigstore/keyless.ts';
import { publicFulcio, publicLog, publicStamp } from '../../src/signing/sigstore/public-services.ts';
import { cosignStatement } from '../../src/signing/statement.ts';
import { verifyBundle } from '../../src/signing/verify.ts';
import type { Witness } from '../../src/signing/witness.ts';
import { type Sigstore, startSigstore } from '../servers/sigstore.ts';
import { describeWith } from '../servers/tools.ts';
import { newImage } from './counted-store.ts';
import {
  IDENTITY,
  ISSUER,
  newKeyless,
  newToken,
  newWitnessed,
  reach,
  type Services,
} from './keyless-place.ts';
import { newKey } from './keys.ts';
import { COSIGN_PASSWORD, type MatrixPlace, startMatrixPlace } from './matrix-place.ts';
import { sign } from './sign-image.ts';
import { serviceIn, signingConfig } from './signing-configs.ts';

const DIGEST = digestOf('image');
const STATEMENT = cosignStatement(DIGEST);
const ENTRIES = '/api/v2/log/entries';

const WAYS: readonly (readonly [string, 'key' | 'keyless', Services])[] = [
  ['a key', 'key', { tiles: true }],
  ['a key, stamped', 'key', { tiles: true, tsa: true }],
  ['an identity, stamped', 'keyless', { tiles: true, tsa: true }],
];

describeWith(['cosign', 'docker-registry'], 'what is logged to a Rekor of version 2', () => {
  let place: MatrixPlace;
  beforeAll(async () => {
    place = await startMatrixPlace();
  });
  afterAll(async () => {
    await place.stop();
  });

  it.each(WAYS)('is verified by cosign 3: by %s', async (name, by, services) => {
    const store = place.store(`two/${name.replaceAll(/\W+/g, '-')}`);
    const subject = await newImage(store);
    const pem = await readFile(join(place.directory, 'cosign.key'), 'utf8');
    const signer =
      by === 'keyless'
        ? newKeyless(place.sigstore, services)
        : keySigner(await loadPrivateKey(pem, () => COSIGN_PASSWORD), reach(place.sigstore, services));
    expect(await sign(store, subject, signer, { formats: ['bundle'] })).toMatchObject({ kind: 'signed' });
    expect(await sign(store, subject, signer, { formats: ['bundle'] })).toEqual({ kind: 'present' });
    const trusted =
      by === 'key'
        ? ['--key', join(place.directory, 'cosign.pub')]
        : ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
    const reference = `${store.name}@${subject.digest}`;
    await expect(place.cosign(services, 'verify', ...trusted, reference)).resolves.toContain(subject.digest);
  });
});

describe('a Rekor of version 2', () => {
  let sigstore: Sigstore;
  beforeAll(async () => {
    sigstore = await startSigstore();
  });
  afterAll(async () => {
    await sigstore.stop();
  });

  it.each(WAYS)('has the hash of what is signed, and that is verified: by %s', async (_, by, services) => {
    const signer = by === 'key' ? await newWitnessed(sigstore, services) : newKeyless(sigstore, services);
    const bytes = await signStatement(signer, STATEMENT);
    expect(await verifyBundle(bytes, { trust: signer.trust, digest: DIGEST })).toMatchObject({
      kind: 'verified',
      logIndex: expect.stringMatching(/^\d+$/),
    });
    const other = await signStatement(signer, cosignStatement(digestOf('other')));
    const mixed = { ...JSON.parse(`${Buffer.from(bytes)}`) };
    const { verificationMaterial } = JSON.parse(`${Buffer.from(other)}`);
    mixed.verificationMaterial.tlogEntries = verificationMaterial.tlogEntries;
    const moved = Buffer.from(JSON.stringify(mixed));
    expect(await verifyBundle(moved, { trust: signer.trust, digest: DIGEST })).toMatchObject({
      kind: 'refused',
      reason: 'other-log-entry',
    });
  });

  it('proves no time, so an identity alone signs nothing', async () => {
    const signing = signStatement(newKeyless(sigstore, { tiles: true }), STATEMENT);
    await expect(signing).rejects.toMatchObject({ code: 'SIGNATURE' });
  });

  it.each([
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('refuses a key of %s before anything is sent or written', async (_, pair) => {
    const before = sigstore.requests.length;
    const signer = keySigner(
      { publicKey: pair.publicKey, sign: async () => Buffer.of(1) },
      reach(sigstore, { tiles: true }),
    );
    await expect(requireSigner(signer, signer.trust)).rejects.toMatchObject({ code: 'KEY' });
    expect(sigstore.requests.slice(before)).toEqual([]);
  });

  it('takes no .sig, and says what to set', async () => {
    const signer = await newWitnessed(sigstore, { tiles: true });
    const signing = signBytes(signer, await signer.key(), Buffer.from('payload'));
    await expect(signing).rejects.toMatchObject({
      code: 'SIGNATURE',
      hint: expect.stringContaining('[bundle]'),
    });
  });

  it('whose answer is lost has the entry, which is signed anew by the next run', async () => {
    const signer = await newWitnessed(sigstore, { tiles: true });
    sigstore.fault(ENTRIES, { status: 503 }, 'done');
    await expect(signStatement(signer, STATEMENT)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(signStatement(signer, STATEMENT)).resolves.toBeInstanceOf(Uint8Array);
  });

  describe('of the public Sigstore', () => {
    const config = (...versions: readonly (1 | 2)[]) =>
      signingConfig({
        caUrls: [serviceIn(sigstore.url)],
        rekorTlogUrls: versions.map(version => serviceIn(sigstore.url, version)),
        tsaUrls: [serviceIn(`${sigstore.url}/api/v1/timestamp`)],
      });
    const USUAL = 'signing_config.v0.2.json';
    const EARLY = 'signing_config_rekor_v2.v0.2.json';

    function placeOf(targets: Readonly<Record<string, string>>) {
      const http = createHttp();
      onTestFinished(() => http.close());
      const read: string[] = [];
      const target = async (name: string) => {
        read.push(name);
        return targets[name] ?? '';
      };
      return { http, read, target, now: () => new Date() };
    }

    /** The requests that one signature costs. */
    async function asked(
      signer: Signer,
      make: () => Promise<unknown> = () => signStatement(signer, STATEMENT),
    ) {
      const before = sigstore.requests.length;
      await make();
      return sigstore.requests.slice(before).toSorted();
    }

    const { root } = {
      root: async () =>
        (await import('../../src/signing/trusted-root.ts')).parseTrustedRoot(sigstore.trustedRoot),
    };

    function keyless(place: ReturnType<typeof placeOf>, witnesses: readonly Witness[]) {
      const token = async () => newToken();
      return keylessSigner({
        fulcio: publicFulcio(place),
        token,
        identity: IDENTITY,
        issuer: ISSUER,
        witnesses,
        root,
      });
    }

    it('is of the version that the signing configuration names, with a timestamp where it has to be', async () => {
      const first = placeOf({ [USUAL]: config(1) });
      const old = keyless(first, [publicLog(first, { isStamped: false })]);
      expect(await asked(old)).toEqual(['/api/v1/log/entries', '/api/v2/signingCert']);
      const second = placeOf({ [USUAL]: config(1, 2) });
      const now = keyless(second, [publicLog(second, { isStamped: false })]);
      expect(await asked(now)).toEqual(['/api/v1/timestamp', ENTRIES, '/api/v2/signingCert']);
      const stamped = keyless(second, [publicLog(second, { isStamped: true }), publicStamp(second)]);
      expect(await asked(stamped)).toEqual(['/api/v1/timestamp', ENTRIES, '/api/v2/signingCert']);
    });

    it('is of the version before where that alone takes the signature', async () => {
      const place = placeOf({ [USUAL]: config(1, 2) });
      const witnessed = { witnesses: [publicLog(place, { isStamped: false })], root };
      const signer = keySigner(await newKey(), witnessed);
      expect(await asked(signer)).toEqual([ENTRIES]);
      expect(
        await asked(signer, async () => signBytes(signer, await signer.key(), Buffer.from('payload'))),
      ).toEqual(['/api/v1/log/entries']);
    });

    it('is of version 2 where that is asked for, though the configuration does not name it yet', async () => {
      const early = placeOf({ [USUAL]: config(1), [EARLY]: config(1, 2) });
      const signer = keySigner(await newKey(), {
        witnesses: [publicLog(early, { version: 2, isStamped: false })],
        root,
      });
      expect([await asked(signer), early.read]).toEqual([[ENTRIES], [USUAL, EARLY]]);
      const late = placeOf({ [USUAL]: config(1, 2) });
      const next = keySigner(await newKey(), {
        witnesses: [publicLog(late, { version: 2, isStamped: false })],
        root,
      });
      expect([await asked(next), late.read]).toEqual([[ENTRIES], [USUAL]]);
    });
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { findSignature, findStatements, type SignatureFormat } from '../../src/signing/find.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner, type Signer } from '../../src/signing/signer.ts';
import { describeWith } from '../servers/tools.ts';
import { newImage } from './counted-store.ts';
import { IDENTITY, ISSUER, newKeyless, reach, type Services } from './keyless-place.ts';
import { COSIGN_PASSWORD, type MatrixPlace, startMatrixPlace } from './matrix-place.ts';
import { sign } from './sign-image.ts';

/** A way to sign, told as both sides know it. */
interface Way {
  readonly by: 'key' | 'keyless';
  readonly services: Services;
}

const WAYS: readonly (readonly [string, Way])[] = [
  ['key', { by: 'key', services: {} }],
  ['key with log', { by: 'key', services: { rekor: true } }],
  ['key with timestamp', { by: 'key', services: { tsa: true } }],
  ['key with both', { by: 'key', services: { rekor: true, tsa: true } }],
  ['keyless with log', { by: 'keyless', services: { rekor: true } }],
  ['keyless with timestamp', { by: 'keyless', services: { tsa: true } }],
  ['keyless with both', { by: 'keyless', services: { rekor: true, tsa: true } }],
];

const TESTED = 'https://example.com/tested/v1';

const FORMATS: readonly (readonly SignatureFormat[])[] = [['bundle'], ['legacy'], ['bundle', 'legacy']];

describeWith(['cosign', 'cosign2', 'docker-registry'], 'signatures, cosign and we', () => {
  let place: MatrixPlace;
  beforeAll(async () => {
    place = await startMatrixPlace();
  });
  afterAll(async () => {
    await place.stop();
  });

  const cells = WAYS.flatMap(([name, way], row) =>
    FORMATS.map((formats, column) => ({
      cell: `${name}, ${formats.join(' and ')}`,
      way,
      formats,
      path: `m/${row}${column}`,
    })),
  );

  it.each(cells)(
    'ours are verified by every cosign that reads the format: $cell',
    async ({ way, formats, path }) => {
      const store = place.store(`ours/${path}`);
      const subject = await newImage(store);
      await sign(store, subject, await signerOf(way), { formats });
      const reference = `${store.name}@${subject.digest}`;
      await expect(place.cosign(way.services, 'verify', ...trusted(way), reference)).resolves.toContain(
        subject.digest,
      );
      const old = place.cosign2(way.services, 'verify', ...trusted(way), reference);
      if (formats.includes('legacy')) await expect(old).resolves.toContain(subject.digest);
      else await expect(old).rejects.toThrow();
    },
  );

  it.each(WAYS)('bundles by cosign 3 are verified by us: %s', async (name, way) => {
    const { store, subject } = await unsigned(`theirs/three-${name.replaceAll(' ', '-')}`);
    await place.cosign(way.services, 'sign', ...secrets(way), `${store.name}@${subject.digest}`);
    expect(await find(store.name, subject, way, ['bundle'])).toMatchObject({ format: 'bundle' });
  });

  it.each(WAYS)('.sig by cosign 2 is verified by us: %s', async (name, way) => {
    const { store, subject } = await unsigned(`theirs/two-${name.replaceAll(' ', '-')}`);
    await place.cosign2(way.services, 'sign', ...secrets(way), `${store.name}@${subject.digest}`);
    expect(await find(store.name, subject, way, ['legacy'])).toMatchObject({ format: 'legacy' });
  });

  it.each(WAYS)('attestations by cosign 3 are verified and read by us: %s', async (name, way) => {
    const { store, subject } = await unsigned(`theirs/attested-${name.replaceAll(' ', '-')}`);
    const { digest } = subject;
    const predicate = join(place.directory, 'predicate.json');
    await writeFile(predicate, '{"tested":true}');
    const args = ['attest', '--predicate', predicate, '--type', TESTED, ...secrets(way)];
    await place.cosign(way.services, ...args, `${store.name}@${digest}`);
    const { trust } = await signerOf(way);
    const search = { store, referrers: await store.referrers(digest), digest, trust };
    const attestations = await Array.fromAsync(findStatements(search, TESTED));
    expect(attestations).toMatchObject([
      { statement: { predicateType: TESTED, predicate: { tested: true } } },
    ]);
  });

  async function unsigned(path: string) {
    const store = place.store(path);
    return { store, subject: await newImage(store) };
  }

  async function signerOf({ by, services }: Way): Promise<Signer> {
    if (by === 'keyless') return newKeyless(place.sigstore, services);
    const pem = await readFile(join(place.directory, 'cosign.key'), 'utf8');
    return keySigner(await loadPrivateKey(pem, () => COSIGN_PASSWORD), reach(place.sigstore, services));
  }

  async function find(name: string, { digest }: Descriptor, way: Way, formats: readonly SignatureFormat[]) {
    const store = place.store(name.slice(name.indexOf('/') + 1));
    const { trust } = await signerOf(way);
    return await findSignature({ store, referrers: await store.referrers(digest), digest, trust }, formats);
  }

  function trusted({ by }: Way): readonly string[] {
    return by === 'key'
      ? ['--key', join(place.directory, 'cosign.pub')]
      : ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
  }

  function secrets({ by }: Way): readonly string[] {
    return by === 'key'
      ? ['--key', join(place.directory, 'cosign.key')]
      : ['--identity-token', join(place.directory, 'token')];
  }
});

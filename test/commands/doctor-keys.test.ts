import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { checkCommittedKeys, checkSigningKeys } from '../../src/commands/doctor/check-keys.ts';
import type { Signing } from '../../src/environments/environments.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Effects } from '../../src/run/effects.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { trustedKey } from '../../src/signing/trusted-signer.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: ReturnType<typeof pair>) =>
  key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const root = async () => {
  throw new Error('not asked for');
};

function signingOf(key: string): Signing {
  return { by: { kind: 'key', key, publicKey: 'cosign.pub' }, trusted: [], formats: ['bundle'] };
}

function shop(key = 'env://KEY') {
  return { ...environments(), environments: [environment({ signing: signingOf(key) })] };
}

/** Signs with one key, and recognises what another one made. */
async function signing(own: ReturnType<typeof pair>, known = own): Promise<Pick<Effects, 'signing'>> {
  const key = await loadPrivateKey(pem(own), async () => undefined);
  const trust = { signers: [trustedKey(known.publicKey)], root };
  return {
    signing: async () => ({
      trust,
      formats: ['bundle'],
      signer: async () => keySigner(key, { witnesses: [], root }),
    }),
  };
}

function refusing(error: PromoteError): Pick<Effects, 'signing'> {
  return {
    signing: async () => {
      throw error;
    },
  };
}

it.each<[string, () => Promise<Pick<Effects, 'signing'>>, object]>([
  ['opens', () => signing(pair()), { ok: true, message: expect.stringContaining('cosign.pub') }],
  [
    'is another one',
    () => signing(pair(), pair()),
    { severity: 'error', message: expect.stringContaining('not that of') },
  ],
  [
    'is not at hand',
    async () => ({
      signing: async () => ({
        ...(await (await signing(pair())).signing(signingOf(''))),
        signer: async () => {
          throw new PromoteError('KEY', 'unset', { isAbsent: true });
        },
      }),
    }),
    { severity: 'note', unchecked: true },
  ],
  [
    'has no public half',
    async () => refusing(new PromoteError('NOT_FOUND', 'no cosign.pub', { isAbsent: true })),
    { severity: 'error', message: 'no cosign.pub' },
  ],
  [
    'is no key',
    async () => refusing(new PromoteError('KEY', 'no key', {})),
    { severity: 'error', message: 'no key' },
  ],
])('tells of a key that %s', async (_, effects, expected) => {
  expect(await checkSigningKeys((await effects()) as Effects, shop())).toEqual([
    expect.objectContaining(expected),
  ]);
});

it('asks for no certificate', async () => {
  const by = {
    kind: 'keyless',
    identity: 'me@example.com',
    issuer: 'https://issuer.example',
  } as Signing['by'];
  const keyless = { ...environments(), environments: [environment({ signing: { ...signingOf(''), by } })] };
  const [finding] = await checkSigningKeys(refusing(new PromoteError('KEY', 'asked')) as Effects, keyless);
  expect(finding).toMatchObject({ unchecked: true, message: expect.stringContaining('me@example.com') });
});

const COSIGN =
  '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n';

it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
  ['the key that signs', 'keys/release.pem', { 'keys/release.pem': pem(pair()) }, ['keys/release.pem']],
  ['a key of cosign, whatever signs', 'env://KEY', { 'a/cosign.key': COSIGN }, ['a/cosign.key']],
  [
    'public halves',
    'env://KEY',
    { 'cosign.pub': '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n' },
    [],
  ],
  ["somebody else's key", 'env://KEY', { 'test/tls.key': pem(pair()) }, []],
])('looks for private keys in Git: %s', async (_, key, files, expected) => {
  const repository = {
    name: 'shop',
    head: async () => ({ branch: 'main', commit: 'c' }),
    list: async () => Object.keys(files).map(path => ({ path, blob: path })),
    read: async () => new Map(Object.entries(files)),
  };
  const effects = { repository: async () => repository } as unknown as Effects;
  const findings = await checkCommittedKeys(effects, shop(key));
  expect(findings.map(({ severity, message }) => [severity, message.split(' ')[0]])).toEqual(
    expected.map(path => ['error', path]),
  );
});

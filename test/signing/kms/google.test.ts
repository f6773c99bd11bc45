import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openGoogleKey } from '../../../src/signing/kms/google.ts';
import {
  GOOGLE_IDENTITY,
  GOOGLE_KEY,
  GOOGLE_POOL,
  GOOGLE_TOKEN,
  startGoogleKms,
} from '../../servers/google-kms.ts';
import { describeWith } from '../../servers/tools.ts';
import { keyPlace } from './place.ts';
import { expectSigns } from './signs.ts';

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const p384 = () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const KINDS: readonly (readonly [string, () => KeyObject])[] = [
  ['P-256', p256],
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
];

describeWith(['openssl'], 'a key of Google Cloud KMS', () => {
  it.each(KINDS)('signs by a service account, and its public key verifies: %s', async (_, make) => {
    const kms = await startGoogleKms([{ key: make() }]);
    const place = keyPlace(kms.hosts, { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(kms.account) });
    await expectSigns(await openGoogleKey({ ...place, key: GOOGLE_KEY }));
    expect(kms.asked.map(line => line.replace(GOOGLE_KEY, 'KEY'))).toEqual([
      'oauth2.googleapis.com POST /token',
      'cloudkms.googleapis.com GET /v1/KEY/cryptoKeyVersions',
      'cloudkms.googleapis.com GET /v1/KEY/cryptoKeyVersions/1/publicKey',
      'cloudkms.googleapis.com POST /v1/KEY/cryptoKeyVersions/1:asymmetricSign',
    ]);
    expect(place.secrets).toContain(GOOGLE_TOKEN);
  });

  it('is the newest version that is enabled, or the one that is named', async () => {
    const versions = [{ key: p256() }, { key: p256() }, { key: p256(), state: 'DESTROYED' as const }];
    const kms = await startGoogleKms(versions);
    const place = keyPlace(kms.hosts, { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(kms.account) });
    await expectSigns(await openGoogleKey({ ...place, key: GOOGLE_KEY }));
    await expectSigns(await openGoogleKey({ ...place, key: GOOGLE_KEY, version: '1' }));
    const signed = kms.asked.flatMap(line => /(\d+):asymmetricSign$/.exec(line)?.[1] ?? []);
    expect(signed).toEqual(['2', '1']);
  });

  it("is opened by the identity of a CI's job, as the service account that it stands for", async () => {
    const kms = await startGoogleKms([{ key: p256() }]);
    const credentials = {
      type: 'external_account',
      audience: GOOGLE_POOL,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/promote@acme.iam.gserviceaccount.com:generateAccessToken',
      credential_source: { file: await fileOf(GOOGLE_IDENTITY) },
    };
    const env = { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(JSON.stringify(credentials)) };
    await expectSigns(await openGoogleKey({ ...keyPlace(kms.hosts, env), key: GOOGLE_KEY }));
    expect(kms.asked[0]).toBe('sts.googleapis.com POST /v1/token');
  });

  it('is opened on a machine of Google by its own account', async () => {
    const kms = await startGoogleKms([{ key: p256() }]);
    const env = { GCE_METADATA_HOST: new URL(kms.url).host, METADATA_SERVER_DETECTION: 'assume-present' };
    await expectSigns(await openGoogleKey({ ...keyPlace(kms.hosts, env), key: GOOGLE_KEY }));
    expect(kms.asked.filter(line => line.startsWith('metadata '))).toContain(
      'metadata GET /computeMetadata/v1/instance/service-accounts/default/token',
    );
  });

  it('is waited for where the service has enough of us', async () => {
    const kms = await startGoogleKms([{ key: p256() }], { busy: 2 });
    const place = keyPlace(kms.hosts, { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(kms.account) });
    await openGoogleKey({ ...place, key: GOOGLE_KEY, version: '1' });
    expect(kms.asked).toHaveLength(4);
  });

  it('on P-384 is read, and does not sign', async () => {
    const kms = await startGoogleKms([{ key: p384() }]);
    const place = keyPlace(kms.hosts, { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(kms.account) });
    await expect(openGoogleKey({ ...place, key: GOOGLE_KEY })).rejects.toMatchObject({ code: 'KEY' });
    expect(await openGoogleKey({ ...place, key: GOOGLE_KEY, use: 'verify' })).toBeDefined();
  });

  it('of RSA with PSS is refused', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const kms = await startGoogleKms([{ key, algorithm: 'RSA_SIGN_PSS_2048_SHA256' }]);
    const place = keyPlace(kms.hosts, { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(kms.account) });
    await expect(openGoogleKey({ ...place, key: GOOGLE_KEY })).rejects.toMatchObject({ code: 'KEY' });
  });

  it.each([
    ['another identity', 'marked.other.token', false],
    ['no login', undefined, true],
  ])('is not opened, and no secret shows: %s', async (_, identity, isAbsent) => {
    const kms = await startGoogleKms([{ key: p256() }]);
    const credentials = {
      type: 'external_account',
      audience: GOOGLE_POOL,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: { file: await fileOf(identity ?? '') },
    };
    const env = { GOOGLE_APPLICATION_CREDENTIALS: await fileOf(JSON.stringify(credentials)) };
    const place = keyPlace(kms.hosts, identity === undefined ? {} : env);
    const error: unknown = await openGoogleKey({ ...place, key: GOOGLE_KEY }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'SIGNATURE', isAbsent });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('marked');
  });
});

async function fileOf(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-google-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'file'), text);
  return join(directory, 'file');
}

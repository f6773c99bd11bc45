import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAwsKey } from '../../../src/signing/kms/aws.ts';
import { AWS_ALIAS, AWS_IDENTITY, AWS_KEY, AWS_LOGIN, startAwsKms } from '../../servers/aws-kms.ts';
import { describeWith } from '../../servers/tools.ts';
import { keyPlace } from './place.ts';
import { expectSigns } from './signs.ts';

const HOST = 'kms.eu-central-1.amazonaws.com';
const ENV = {
  AWS_ACCESS_KEY_ID: AWS_LOGIN.id,
  AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secret,
  AWS_SESSION_TOKEN: AWS_LOGIN.token,
};
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

describeWith(['openssl'], 'a key of AWS KMS', () => {
  it.each([
    ['P-256', p256()],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('signs, and its public key verifies: %s', async (_, { privateKey }) => {
    const { url, asked } = await startAwsKms(privateKey);
    const place = keyPlace({ [HOST]: url }, ENV);
    // The region is that of the key's name.
    await expectSigns(await openAwsKey({ ...place, key: AWS_KEY }));
    expect(asked).toEqual([`${HOST} TrentService.GetPublicKey`, `${HOST} TrentService.Sign`]);
    expect(place.secrets).toContain(AWS_LOGIN.token);
  });

  it('is that which an alias named first, at the host that the key names', async () => {
    const { url, asked } = await startAwsKms(p256().privateKey);
    const place = keyPlace({ 'kms.internal:8443': url }, { ...ENV, AWS_REGION: 'eu-central-1' });
    await expectSigns(await openAwsKey({ ...place, host: 'kms.internal:8443', key: AWS_ALIAS }));
    expect(asked.every(line => line.startsWith('kms.internal:8443 '))).toBe(true);
  });

  it("logs in with the identity of a CI's job, by the one way out", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-aws-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'token'), AWS_IDENTITY);
    const { url, asked } = await startAwsKms(p256().privateKey);
    const sts = 'sts.eu-central-1.amazonaws.com';
    const place = keyPlace(
      { [HOST]: url, [sts]: url },
      {
        AWS_REGION: 'eu-central-1',
        AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/promote',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, 'token'),
      },
    );
    await expectSigns(await openAwsKey({ ...place, key: AWS_KEY }));
    expect(asked.filter(line => line.includes('AssumeRole'))).toEqual([`${sts} AssumeRoleWithWebIdentity`]);
  });

  it('waits where the service throttles', async () => {
    const { url, asked } = await startAwsKms(p256().privateKey, { busy: 3 });
    await openAwsKey({ ...keyPlace({ [HOST]: url }, ENV), key: AWS_KEY });
    expect(asked).toHaveLength(4);
  });

  it('is not waited for without end', async () => {
    const { url, asked } = await startAwsKms(p256().privateKey, { busy: 99 });
    const opened = openAwsKey({ ...keyPlace({ [HOST]: url }, ENV), key: AWS_KEY });
    await expect(opened).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(asked).toHaveLength(6);
  });

  it.each(['P-384', 'P-521'])('on %s is read, and does not sign', async namedCurve => {
    const { url, asked } = await startAwsKms(generateKeyPairSync('ec', { namedCurve }).privateKey);
    const place = { ...keyPlace({ [HOST]: url }, ENV), key: AWS_KEY };
    await expect(openAwsKey(place)).rejects.toMatchObject({ code: 'KEY' });
    expect(await openAwsKey({ ...place, use: 'verify' })).toBeDefined();
    expect(asked.filter(line => line.endsWith('Sign'))).toEqual([]);
  });
});

describe('AWS KMS', () => {
  it.each<[string, Readonly<Record<string, string>>, string, string, boolean]>([
    ['a key that is not there', ENV, AWS_KEY.replace('1234abcd', '00000000'), 'NotFoundException', false],
    [
      'another secret',
      { ...ENV, AWS_SECRET_ACCESS_KEY: 'marked-other' },
      AWS_KEY,
      'InvalidSignatureException',
      false,
    ],
    ['no login', {}, AWS_KEY, 'CredentialsProviderError', true],
    ['no region', ENV, AWS_ALIAS, 'was given no region or no login', true],
  ])('says why it does not serve, and shows no secret: %s', async (_, env, key, name, isAbsent) => {
    const { url } = await startAwsKms(p256().privateKey);
    const opened = openAwsKey({ ...keyPlace({ [HOST]: url }, env), key });
    const error: unknown = await opened.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SIGNATURE', message: expect.stringContaining(name) });
    expect(error).toHaveProperty('isAbsent', isAbsent);
    expect(`${inspect(error, { depth: null, showHidden: true })}`).not.toContain('marked-');
  });
});

import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAzureKey } from '../../../src/signing/kms/azure.ts';
import { derSignature } from '../../../src/signing/kms/der-signature.ts';
import {
  AZURE_CLIENT,
  AZURE_IDENTITY,
  AZURE_SECRET,
  AZURE_TENANT,
  AZURE_TOKEN,
  AZURE_VAULT,
  startAzureVault,
} from '../../servers/azure-vault.ts';
import { describeWith } from '../../servers/tools.ts';
import { keyPlace } from './place.ts';
import { expectSigns } from './signs.ts';

const CLIENT = { AZURE_TENANT_ID: AZURE_TENANT, AZURE_CLIENT_ID: AZURE_CLIENT };
const ENV = { ...CLIENT, AZURE_CLIENT_SECRET: AZURE_SECRET };
const KEY = { host: AZURE_VAULT, key: 'promote' };
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describeWith(['openssl'], 'a key of Azure Key Vault', () => {
  it.each([
    ['P-256', p256(), false],
    ['P-256 in hardware', p256(), true],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey, false],
  ])('signs with a client secret, and its public key verifies: %s', async (_, key, isHardware) => {
    const vault = await startAzureVault([key], { isHardware });
    const place = keyPlace(vault.hosts, ENV);
    await expectSigns(await openAzureKey({ ...place, ...KEY }));
    expect(vault.asked.filter(line => line.startsWith(AZURE_VAULT))).toEqual([
      `${AZURE_VAULT} GET /keys/promote`,
      `${AZURE_VAULT} POST /keys/promote/v1/sign`,
    ]);
    expect(place.secrets).toContain(AZURE_TOKEN);
  });

  it('is its newest version, or the one that is named', async () => {
    const vault = await startAzureVault([p256(), p256()]);
    const place = keyPlace(vault.hosts, ENV);
    await expectSigns(await openAzureKey({ ...place, ...KEY }));
    await expectSigns(await openAzureKey({ ...place, ...KEY, version: 'v1' }));
    expect(vault.asked.flatMap(line => /v\d(?=\/sign$)/.exec(line) ?? [])).toEqual(['v2', 'v1']);
  });

  it("is opened by the identity of a CI's job", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-azure-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'token'), AZURE_IDENTITY);
    const vault = await startAzureVault([p256()]);
    const AZURE_TOKEN_CREDENTIALS = 'WorkloadIdentityCredential';
    const env = { ...CLIENT, AZURE_TOKEN_CREDENTIALS, AZURE_FEDERATED_TOKEN_FILE: join(directory, 'token') };
    await expectSigns(await openAzureKey({ ...keyPlace(vault.hosts, env), ...KEY }));
  });

  it("is opened by a machine's own identity", async () => {
    const vault = await startAzureVault([p256()]);
    const env = {
      // Alone: the library looks once in a process which machine it runs on, and keeps that token for all.
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: `${vault.url}/msi/token`,
      IDENTITY_HEADER: AZURE_SECRET,
    };
    await expectSigns(await openAzureKey({ ...keyPlace(vault.hosts, env), ...KEY }));
    expect(vault.asked).toContain('machine GET /msi/token');
  });

  it('is waited for where the vault throttles', async () => {
    const vault = await startAzureVault([p256()], { busy: 2 });
    await openAzureKey({ ...keyPlace(vault.hosts, ENV), ...KEY });
    expect(vault.asked.filter(line => line.startsWith(AZURE_VAULT))).toHaveLength(3);
  });

  it.each(['P-384', 'P-521'])('on %s is read, and does not sign', async namedCurve => {
    const vault = await startAzureVault([generateKeyPairSync('ec', { namedCurve }).privateKey]);
    const place = { ...keyPlace(vault.hosts, ENV), ...KEY };
    await expect(openAzureKey(place)).rejects.toMatchObject({ code: 'KEY' });
    expect(await openAzureKey({ ...place, use: 'verify' })).toBeDefined();
  });

  it.each<[string, Readonly<Record<string, string>>, boolean, string]>([
    ['another secret', { ...ENV, AZURE_CLIENT_SECRET: 'marked-other-secret' }, false, 'AADSTS7000215'],
    ['no login', {}, true, 'no login was given'],
  ])('is not opened, and no secret shows: %s', async (_, env, isAbsent, words) => {
    const vault = await startAzureVault([p256()]);
    const opened = openAzureKey({ ...keyPlace(vault.hosts, env), ...KEY });
    const error: unknown = await opened.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SIGNATURE', isAbsent, message: expect.stringContaining(words) });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('marked');
  });
});

describe('derSignature', () => {
  it('is what verifies in DER, whatever r and s begin with', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (let index = 0; index < 600; index += 1) {
      const data = Buffer.from(`${index}`);
      const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(verify('sha256', data, publicKey, derSignature(raw))).toBe(true);
    }
  });
});

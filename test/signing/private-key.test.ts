import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateSigningKey } from '../../src/signing/generate-key.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keyId, loadPublicKey } from '../../src/signing/public-key.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { encryptAsCosign, newPrivateKey, pemBlock, publicPem, toPem } from './keys.ts';

const PASSWORD = 'marked-secret-password';
const COSIGN_KEY = fixture('cosign.key');
const SIGSTORE = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const CHEAPEST = { N: 32768, r: 8, p: 1 };
const key = newPrivateKey();
const der = key.export({ type: 'pkcs8', format: 'der' });

describe('loadPrivateKey', () => {
  it('opens a key that cosign made, with the public half cosign wrote beside it', async () => {
    const signer = await loadPrivateKey(COSIGN_KEY, () => PASSWORD);
    expect(keyId(signer.publicKey)).toBe(keyId(loadPublicKey(fixture('cosign.pub'))));
  });

  it.each([32768, 65536, 131072])('opens a key of cost %i, under the label of old versions', async N => {
    const pem = pemBlock('ENCRYPTED COSIGN PRIVATE KEY', encryptAsCosign(der, PASSWORD, { N, r: 8, p: 1 }));
    const signer = await loadPrivateKey(pem, async () => PASSWORD);
    expect(keyId(signer.publicKey)).toBe(keyId(loadPublicKey(publicPem(key))));
  });

  it('opens a key under the empty password', async () => {
    const pem = pemBlock(SIGSTORE, encryptAsCosign(der, '', CHEAPEST));
    await expect(loadPrivateKey(pem, () => '')).resolves.toBeDefined();
  });

  it.each([
    ['PKCS #8', toPem(key)],
    ['SEC 1', key.export({ type: 'sec1', format: 'pem' }).toString()],
    ['RSA', toPem(rsa(2048))],
    ['ECDSA P-384', toPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['ECDSA P-521', toPem(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey)],
    ['Ed25519', toPem(generateKeyPairSync('ed25519').privateKey)],
    ['CRLF line ends after a comment', `a key\r\n${toPem(key).replaceAll('\n', '\r\n')}`],
  ])('signs with a plain key without asking for a password: %s', async (_, pem) => {
    const signer = await loadPrivateKey(pem, () => expect.unreachable());
    const data = Buffer.from('data');
    // Over SHA-256 whatever the curve, which is what cosign verifies.
    const hash = signer.publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    expect(verify(hash, data, signer.publicKey, await signer.sign(data))).toBe(true);
  });
});

const REFUSED: readonly (readonly [string, string, string | undefined])[] = [
  ['a wrong password', COSIGN_KEY, 'marked-wrong-password'],
  ['a missing password', COSIGN_KEY, undefined],
  ['a text that is no PEM', der.toString('base64'), PASSWORD],
  ['a public key', publicPem(key), PASSWORD],
  ['an encryption that is not cosign’s', encryptedPkcs8(), PASSWORD],
  ['a damaged key', toPem(key).replace(/.{20}(?=\n-----END)/, ''), PASSWORD],
  ['an encrypted text that is no key', encrypted(Buffer.from('marked-content')), PASSWORD],
  ['a damaged encryption', pemBlock(SIGSTORE, Buffer.from('{"kdf":"marked-content"}')), PASSWORD],
  ['a short nonce', pemBlock(SIGSTORE, shortNonce()), PASSWORD],
  ['ECDSA secp256k1', toPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey), PASSWORD],
  ['Ed448', toPem(generateKeyPairSync('ed448').privateKey), PASSWORD],
  ['RSA of 1024 bits', toPem(rsa(1024)), PASSWORD],
];

describe('loadPrivateKey refuses', () => {
  it.each(REFUSED)('%s, and shows neither key nor password', async (_, pem, password) => {
    const error: unknown = await loadPrivateKey(pem, () => password).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'KEY', hint: expect.any(String) });
    const seen = `${inspect(error, { depth: null, showHidden: true })}${JSON.stringify(error)}`;
    const secrets = ['marked-', der.toString('base64').slice(40, 60), ...secretLines(pem)];
    expect(secrets.filter(secret => seen.includes(secret))).toEqual([]);
  });

  it.each([
    { N: 1_048_576, r: 8, p: 1 },
    { N: 16_384, r: 8, p: 1 },
    { N: 32_768, r: 1024, p: 1 },
    { N: 32_768, r: 8, p: 64 },
  ])('the costs $N, $r, $p before it asks for a password', async declared => {
    const pem = pemBlock(SIGSTORE, encryptAsCosign(der, PASSWORD, CHEAPEST, declared));
    const loading = loadPrivateKey(pem, () => expect.unreachable());
    await expect(loading).rejects.toMatchObject({ code: 'KEY' });
  });
});

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/keys/${name}`, import.meta.url), 'utf8');
}

function rsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

function encrypted(content: Uint8Array): string {
  return pemBlock(SIGSTORE, encryptAsCosign(content, PASSWORD, CHEAPEST));
}

function encryptedPkcs8(): string {
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSWORD }).toString();
}

function shortNonce(): Uint8Array {
  const text = Buffer.from(encryptAsCosign(der, PASSWORD, CHEAPEST)).toString();
  return Buffer.from(text.replace(/"nonce":"[^"]{8}/, '"nonce":"'));
}

/** The lines between a PEM's labels, which are the secret; a public key has none. */
function secretLines(pem: string): readonly string[] {
  return pem.includes('PUBLIC')
    ? []
    : pem.split('\n').filter(line => line.length > 20 && !line.startsWith('-'));
}

describe('generateSigningKey', () => {
  it.each(['', undefined, PASSWORD])('makes a pair that opens, with the password %j', async password => {
    const { privateKey, publicKey } = await generateSigningKey(password);
    expect(privateKey.includes('ENCRYPTED')).toBe(password === PASSWORD);
    const signer = await loadPrivateKey(privateKey, () => password);
    expect(keyId(signer.publicKey)).toBe(keyId(loadPublicKey(publicKey)));
  });
});

describeWith(['cosign'], 'a key that was made here', () => {
  it('is one to cosign, with the same public half', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promote-key-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const { privateKey, publicKey } = await generateSigningKey(PASSWORD);
    const path = join(directory, 'cosign.key');
    writeFileSync(path, privateKey);
    const { stdout } = await runProgram('cosign', ['public-key', '--key', path], {
      COSIGN_PASSWORD: PASSWORD,
    });
    expect(stdout).toBe(publicKey);
  });
});

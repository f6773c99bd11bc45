import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyId, loadPublicKey } from '../../src/signing/public-key.ts';
import { newPrivateKey, toPem } from './keys.ts';

const pem = readFileSync(new URL('../fixtures/keys/cosign.pub', import.meta.url), 'utf8');

describe('loadPublicKey', () => {
  it('reads the key that cosign writes', () => {
    const key = loadPublicKey(pem);
    expect(key.type).toBe('public');
    expect(keyId(key)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    ['a private key, of which it would be careless to go on with the public half', toPem(newPrivateKey())],
    ['a text that is no PEM', 'cosign.pub'],
    ['a damaged key', pem.replace(/MFkw/, 'AAAA')],
    ['a key that cosign does not verify', spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
  ])('refuses %s', (_, text) => {
    expect(() => loadPublicKey(text)).toThrow(expect.objectContaining({ code: 'KEY' }));
  });
});

function spki({ publicKey }: ReturnType<typeof generateKeyPairSync>): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

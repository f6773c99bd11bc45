import { generateKeyPairSync } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { expect, it } from 'vitest';
import { isLoggedByAnother } from '../../src/signing/logged-key.ts';

const [own, other] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
const pem = (key = own) => btoa(`${key?.export({ type: 'spki', format: 'pem' })}`);
const der = (key = own) => key?.export({ type: 'spki', format: 'der' }).toString('base64');

/** The bodies of each kind of entry: https://github.com/sigstore/rekor/tree/main/pkg/types */
const KINDS: readonly (readonly [string, (key: typeof own) => object])[] = [
  ['hashedrekord 0.0.1', key => ({ signature: { publicKey: { content: pem(key) } } })],
  ['dsse 0.0.1', key => ({ signatures: [{ verifier: pem(key) }] })],
  ['intoto 0.0.2', key => ({ content: { envelope: { signatures: [{ publicKey: pem(key) }] } } })],
  [
    'hashedrekord 0.0.2',
    key => ({ hashedRekordV002: { signature: { verifier: { publicKey: { rawBytes: der(key) } } } } }),
  ],
  [
    'dsse 0.0.2',
    key => ({ dsseV002: { signatures: [{ verifier: { publicKey: { rawBytes: der(key) } } }] } }),
  ],
];

it.each(KINDS)('finds the key in an entry of the kind %s', (_, specOf) => {
  const entryOf = (key: typeof own) =>
    ({ canonicalizedBody: Buffer.from(JSON.stringify({ spec: specOf(key) })) }) as TransparencyLogEntry;
  if (own === undefined) throw new Error('there is no key');
  expect([isLoggedByAnother(entryOf(own), own), isLoggedByAnother(entryOf(other), own)]).toEqual([
    false,
    true,
  ]);
});

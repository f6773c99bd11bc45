import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { fileWith, marked, problemsOf } from './problems.ts';

const WHO = 'keyless: { identity: me, issuer: them }';
const OWN = 'https://sigstore.acme.com';
const PUBLIC = { fulcio: 'https://fulcio.sigstore.dev', rekor: 'https://rekor.sigstore.dev' };

describe('signing', () => {
  it.each<[string, object]>([
    [
      WHO,
      {
        by: { kind: 'keyless', identity: 'me', issuer: 'them', fulcio: PUBLIC.fulcio },
        trusted: [],
        formats: ['bundle'],
        rekor: PUBLIC.rekor,
      },
    ],
    [
      `${WHO}, fulcio: ${OWN}/ca, tsa: ${OWN}/tsa, trustedRoot: root.json`,
      {
        by: { kind: 'keyless', identity: 'me', issuer: 'them', fulcio: `${OWN}/ca` },
        trusted: [],
        formats: ['bundle'],
        trustedRoot: 'root.json',
        tsa: `${OWN}/tsa`,
      },
    ],
    [
      'key: a, formats: [legacy, bundle, legacy], rekor: true, tsa: true',
      {
        by: { kind: 'key', key: 'a' },
        trusted: [],
        formats: ['legacy', 'bundle'],
        rekor: PUBLIC.rekor,
        tsa: 'https://timestamp.sigstore.dev',
      },
    ],
    [
      'key: a, trusted: [old.pub, { identity: { pattern: "https://acme/.*" }, issuer: them }]',
      {
        by: { kind: 'key', key: 'a' },
        trusted: [
          { kind: 'key', key: 'old.pub' },
          {
            kind: 'certificate',
            identity: { kind: 'pattern', pattern: 'https://acme/.*' },
            issuer: { kind: 'exact', text: 'them' },
          },
        ],
        formats: ['bundle'],
      },
    ],
  ])('means by { %s } what it says', (written, meant) => {
    const { environments } = parseEnvironments(fileWith({ more: `signing: { ${written} }` }), 'file');
    expect(environments[0]?.signing).toEqual(meant);
  });

  it.each<[string, string, string]>([
    ['a key and an identity', `key: a, ${WHO}`, 'signing'],
    ['an identity that is a pattern', 'keyless: { identity: { pattern: a }, issuer: b }', 'identity'],
    ['a pattern that is none', 'key: a, trusted: [{ identity: { pattern: "(" }, issuer: b }]', '"("'],
    ['an address that is no URL', `${WHO}, rekor: rekor.acme.com, trustedRoot: a`, 'rekor.acme.com'],
    ['certificates whose life nothing proves', `${WHO}, rekor: false`, 'keyless'],
    [
      'certificates of its own that are nowhere witnessed',
      `${WHO}, fulcio: ${OWN}, trustedRoot: a`,
      'keyless',
    ],
    ['a log that the public root does not know', `key: a, rekor: ${OWN}`, OWN],
    ['a certificate authority for a key', `key: a, fulcio: ${OWN}, trustedRoot: a`, 'fulcio'],
    ['a public key where there is none', `${WHO}, publicKey: a`, 'publicKey'],
  ])('refuses %s, wherever it is written', (_, written, under) => {
    for (const file of [{ more: `signing: { ${written} }` }, { prod: `signing: { ${written} }` }]) {
      expect(problemsOf(fileWith(file)).map(marked)).toEqual([under]);
    }
  });
});

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
      `${WHO}, rekor: { version: 2 }`,
      {
        by: { kind: 'keyless', identity: 'me', issuer: 'them', fulcio: PUBLIC.fulcio },
        trusted: [],
        formats: ['bundle'],
        rekor: PUBLIC.rekor,
        rekorVersion: 2,
      },
    ],
    [
      `key: a, rekor: { url: "${OWN}/log", version: 2 }, trustedRoot: root.json`,
      {
        by: { kind: 'key', key: 'a' },
        trusted: [],
        formats: ['bundle'],
        trustedRoot: 'root.json',
        rekor: `${OWN}/log`,
        rekorVersion: 2,
      },
    ],
    [
      `key: a, rekor: ${PUBLIC.rekor}`,
      {
        by: { kind: 'key', key: 'a' },
        trusted: [],
        formats: ['bundle'],
        rekor: PUBLIC.rekor,
        rekorVersion: 1,
      },
    ],
    [
      'key: a, rekor: { url: "https://log2026-1.rekor.sigstore.dev", version: 2 }',
      {
        by: { kind: 'key', key: 'a' },
        trusted: [],
        formats: ['bundle'],
        rekor: 'https://log2026-1.rekor.sigstore.dev',
        rekorVersion: 2,
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
    ['a log of version 2 beside .sig', 'key: a, rekor: { version: 2 }, formats: [bundle, legacy]', 'rekor'],
    [
      'a log of version 2 as what proves the time',
      `${WHO}, fulcio: ${OWN}, rekor: { url: "${OWN}", version: 2 }, trustedRoot: a`,
      'rekor',
    ],
    [
      'a public log of version 2 beside a root of its own',
      'key: a, rekor: { version: 2 }, trustedRoot: a',
      'rekor',
    ],
    ['a version that there is not', 'key: a, rekor: { version: 3 }', '3'],
    ['a certificate authority for a key', `key: a, fulcio: ${OWN}, trustedRoot: a`, 'fulcio'],
    ['a public key where there is none', `${WHO}, publicKey: a`, 'publicKey'],
  ])('refuses %s, wherever it is written', (_, written, under) => {
    for (const file of [{ more: `signing: { ${written} }` }, { prod: `signing: { ${written} }` }]) {
      expect(problemsOf(fileWith(file)).map(marked)).toEqual([under]);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { matchesName } from '../../src/signing/trusted-signer.ts';

const NAME = 'https://github.com/acme/api/.github/workflows/build.yaml@refs/heads/main';

describe('matchesName', () => {
  it.each([
    ['itself', { kind: 'exact', text: NAME }],
    ['a pattern of the whole', { kind: 'pattern', pattern: 'https://github[.]com/acme/.*' }],
    ['a pattern with its own anchors', { kind: 'pattern', pattern: '^https://github[.]com/acme/.*$' }],
    ['one of several', { kind: 'pattern', pattern: `nobody|${NAME}` }],
  ] as const)('accepts %s', (_, match) => {
    expect(matchesName(match, NAME)).toBe(true);
  });

  it.each([
    ['a beginning', { kind: 'pattern', pattern: 'https://github[.]com/acme/api' }],
    ['an end', { kind: 'pattern', pattern: 'build[.]yaml@refs/heads/main' }],
    ['a part, as an unanchored expression would', { kind: 'pattern', pattern: 'acme' }],
    ['a text that would match as an expression', { kind: 'exact', text: 'https://.*' }],
    ['nothing', { kind: 'exact', text: '' }],
  ] as const)('refuses %s', (_, match) => {
    expect(matchesName(match, NAME)).toBe(false);
  });

  it.each([
    ['before', `evil\n${NAME}`],
    ['behind', `${NAME}\n`],
    ['around', `evil\n${NAME}\nevil`],
  ])('refuses a name with another line %s', (_, name) => {
    for (const pattern of [NAME, 'https://.*', '^https://.*$', '(?m)^https://.*$']) {
      expect(matchesName({ kind: 'pattern', pattern }, name)).toBe(false);
    }
    expect(matchesName({ kind: 'exact', text: NAME }, name)).toBe(false);
  });

  it('refuses a certificate without a name', () => {
    expect(matchesName({ kind: 'pattern', pattern: '.*' }, undefined)).toBe(false);
  });
});

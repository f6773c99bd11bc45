import { expect, it } from 'vitest';
import { parseChallenge } from '../../src/registry/auth/challenge.ts';

const realm = 'https://auth.example.com/token';
const bearer = { kind: 'bearer', realm, scopes: [] };

it.each([
  ['Basic realm="Registry"', { kind: 'basic' }],
  ['basic', { kind: 'basic' }],
  [`Bearer realm="${realm}"`, bearer],
  [`Bearer realm=${realm}`, bearer],
  [`bearer  REALM = "${realm}" , service="a, \\"b\\""`, { ...bearer, service: 'a, "b"' }],
  [
    `Bearer realm="${realm}",service="ghcr.io",scope="repository:a/b:pull,push repository:c:pull"`,
    { ...bearer, service: 'ghcr.io', scopes: ['repository:a/b:pull,push', 'repository:c:pull'] },
  ],
  [`Basic realm="a", Bearer realm="${realm}"`, bearer],
  [`Negotiate, Bearer realm="${realm}"`, bearer],
  [`Negotiate YWJj==, Bearer realm="${realm}"`, bearer],
  [`, ,Bearer realm="${realm}",,error="invalid_token",`, bearer],
  ['Bearer', undefined],
  ['Bearer service="a"', undefined],
  ['Digest realm="a", nonce="b"', undefined],
  ['', undefined],
  ['"=;', undefined],
])('reads %s', (field, expected) => {
  expect(parseChallenge(field)).toEqual(expected);
});

it('is not slowed down by a hostile field', () => {
  const start = performance.now();
  parseChallenge(`Bearer realm="${'\\'.repeat(20_000)}`);
  parseChallenge(`Basic ${' '.repeat(20_000)}!`);
  parseChallenge(`a${'=a,b'.repeat(20_000)}`);
  expect(performance.now() - start).toBeLessThan(1000);
});

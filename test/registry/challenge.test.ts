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

it.each<[string, (length: number) => string]>([
  ['a quoted string that never ends', length => `Bearer realm="${'\\'.repeat(length)}`],
  ['spaces before what is no token', length => `Basic ${' '.repeat(length)}!`],
  ['parameters without end', length => `a${'=a,b'.repeat(length)}`],
])('takes time in proportion to the length of %s', (_, field) => {
  // Four times as long: quadratic time would be sixteen times as much.
  expect(fastest(field(40_000)) / fastest(field(10_000))).toBeLessThan(8);
});

/** The least CPU time of several runs: others on the machine only add to it. */
function fastest(field: string): number {
  const times = Array.from({ length: 15 }, () => {
    const before = process.cpuUsage();
    for (let run = 0; run < 5; run += 1) parseChallenge(field);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.max(Math.min(...times), 1);
}

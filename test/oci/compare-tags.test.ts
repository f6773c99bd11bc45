import { array, assert, constantFrom, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTags } from '../../src/oci/compare-tags.ts';

/** The pinned tag, and a build's tag that is none, or no older one. */
const OPEN = `
1.4.2-b9 -> 1.4.2-b10
1.4.2-rc9 -> 1.4.2-rc10
0.9.0-dev-9 -> 0.9.0-dev-12
v1.4.2-9-gabc1234 -> v1.4.2-10-gdef1234
1.4.2-ffa1b2c -> 1.4.2-0a1b2c3
1.4.2-main.9 -> 1.4.2-feature.10
1.4.2-main.10 -> 1.4.2-feature.9
1.4.2 -> 1.4.2-hotfix1
3.2.0-java21 -> 3.2.0-java17
3.2.0-alpine3.20 -> 3.2.0-alpine3.19
3.2.0-java21-rc2 -> 3.2.0-java17-rc1
16.3.0-debian-12 -> 16.3.0-debian-11
1.4.2-rc1 -> 1.4.2
1.4.2-alpha.9 -> 1.4.2-beta.1
1.4.2-beta.9 -> 1.4.2-rc1
1.4.2-main.10.abc1234 -> 1.4.2-main.10.def5678
1.4.2-pr.124 -> 1.4.2-pr.123
1.4.2-feature-login.10 -> 1.4.2-feature-logout.9
1.4.2-feature-124.1 -> 1.4.2-feature-123.9
1.4.2-10 -> 1.4.2-9
1.4.2 -> 1.4.2-9-gabc1234
1.4.2-9-gabc1234 -> 1.4.2
1.4.2-b9 -> 1.4.2
1.4.2 -> 1.4.2-b9
1.9 -> 1.10
main-9 -> main-10
main-9 -> feature-8
dev-1.15.2 -> main-1.15.1
app-2.0.0 -> chart-1.0.0
3f2a1bc -> 0a1b2c3
sha-1234567 -> sha-1234001
main-3f2a1bc -> main-0a1b2c3
latest -> 1.0.0
2.0.0 -> latest
20240612 -> 1.0.0
1.0.0 -> 20240612
`;

/** The pinned tag, and an older build's. */
const CLOSED = `
1.10 -> 1.9
10 -> 9
2.0.0.1 -> 1.9.9.9
2.0.0.1 -> 2.0.0
dev-1.15.2 -> dev-1.15.1
release-1.2.3 -> release-1.2.2
release-1.2.3 -> v1.2.2
1.4.2-10-gdef1234 -> 1.4.1
1.4.2-10-gdef1234 -> 1.4.2-9-gabc1234
2.0.0 -> 1.9.0
3.2.1-java17 -> 3.2.0-java21
1.4.2-b10 -> 1.4.2-b9
1.4.2-build.10 -> 1.4.2-build.9
1.4.2-m2 -> 1.4.2-m1
1.4.2-M02 -> 1.4.2-M01
1.4.2-rc10 -> 1.4.2-rc9
1.4.2-rc.10 -> 1.4.2-rc.9
1.4.2-RC2 -> 1.4.2-rc1
1.4.2rc2 -> 1.4.2rc1
1.4.2b2 -> 1.4.2a9
0.9.0-dev-12 -> 0.9.0-dev-9
1.4.2-rc10-abc1234 -> 1.4.2-rc9-def5678
1.4.2-rc2-alpine3.19 -> 1.4.2-rc1-alpine3.19
1.4.2-main.10 -> 1.4.2-main.9
1.4.2-main.10.abc1234 -> 1.4.2-main.9.def5678
1.4.2-feature-login.10 -> 1.4.2-feature-login.9
1.4.2-hotfix2 -> 1.4.2-hotfix1
1.4.2 -> 1.4.2-alpha
1.4.2 -> 1.4.2-beta.4
1.4.2 -> 1.4.2-pre1
1.4.2 -> 1.4.2-rc1
1.4.2 -> 1.4.2-dev.7
1.4.2 -> 1.4.2-dev
1.4.2 -> 1.4.2-m3
1.4.2-alpine3.19 -> 1.4.2-rc1-alpine3.19
1.4.2-rc1 -> 1.4.2-beta4
main-10 -> main-9
main-20241101120000 -> main-20241031120000
20240612 -> 20240601
2024-06-12 -> 2024-06-11
2024.6.1 -> 2024.5.9
20241101123456789012 -> 20241101123456789011
`;

describe('a build', () => {
  it.each(pairs(OPEN))('%s is not replaced by an older one with %s', (pinned, build) => {
    expect(compareTags(build, pinned).kind).not.toBe('older');
  });

  it.each(pairs(CLOSED))('%s is newer than %s', (pinned, build) => {
    expect([compareTags(build, pinned).kind, compareTags(pinned, build).kind]).toEqual(['older', 'newer']);
  });

  it.each([
    ['latest', '1.0.0', 'scheme'],
    ['app-1.0.0', 'web-1.0.0', 'line'],
    ['1.0.0-java17', '1.0.0-java21', 'variant'],
    ['1.0.0-main.1', '1.0.0-fix.2', 'branch'],
    ['1.0.0-main.1', '1.0.0', 'branch'],
    ['1.0.0-b1', '1.0.0', 'word'],
    ['1.0.0-b1', '1.0.0-rc1', 'word'],
    ['1.0.0-1', '1.0.0-2', 'revision'],
    ['1.0.0-ffa1b2c', '1.0.0-0a1b2c3', 'commit'],
  ])('says of %s and %s why they have no order', (first, second, reason) => {
    expect(compareTags(first, second)).toEqual({ kind: 'unordered', reason });
  });
});

const tag = array(
  constantFrom(
    '1',
    '2',
    '10',
    '.',
    '-',
    '_',
    'v',
    'rc',
    'b',
    'main',
    'feature',
    'alpine',
    'gabc1234',
    'dev',
    '0a1b2c3',
  ),
  { minLength: 1, maxLength: 9 },
).map(parts => parts.join(''));

it('is older one way exactly where it is newer the other way', () => {
  const turned = { older: 'newer', newer: 'older', same: 'same', unordered: 'unordered' } as const;
  assert(
    property(tuple(tag, tag), ([a, b]) => {
      expect(compareTags(b, a).kind).toBe(turned[compareTags(a, b).kind]);
      expect(compareTags(a, a).kind).toBe(compareTags(a, a).kind === 'unordered' ? 'unordered' : 'same');
    }),
    { numRuns: 3000 },
  );
});

it('reads any tag, however it is made, in time that grows with its length', () => {
  for (const text of [
    'a-'.repeat(64),
    `${'a-'.repeat(63)}!`,
    '1-'.repeat(64),
    'a.'.repeat(64),
    '1.0-feature-'.repeat(10),
  ]) {
    expect(['same', 'unordered']).toContain(compareTags(text, text).kind);
  }
  assert(property(string({ maxLength: 128 }), text => void compareTags(text, text)));
});

function pairs(text: string): [string, string][] {
  return text
    .trim()
    .split('\n')
    .map(line => line.split(' -> '))
    .map(([pinned = '', build = '']) => [pinned, build]);
}

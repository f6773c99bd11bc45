import { describe, expect, it } from 'vitest';
import { version } from '../../src/environments/gates/version.ts';
import { versionGate } from '../../src/gates/version.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

function judge(written: Parameters<typeof version.normalise>[0], tag: string, pinned = '1.0.0') {
  const source = { ...candidate('api').source, tag };
  const [target] = candidate('api').targets;
  if (target === undefined) throw new Error('no target');
  const changes = {
    source,
    targets: [{ ...target, tags: [{ name: tag, moves: false }] }],
    current: [{ tag: pinned, digest: digestNamed('other') }],
  };
  const gates = { version: version.normalise(written) };
  return versionGate.judge(candidate('api', changes), NOTHING, environment({ gates }));
}

describe('the version gate', () => {
  it.each([
    ['^1.4', '1.5.0', 'open', '1.5.0 is within ^1.4'],
    ['^1.4', 'release-1.4', 'open', 'release-1.4 is within ^1.4'],
    ['^1.4', '1.4.2-alpine', 'open', '1.4.2-alpine is within ^1.4'],
    ['^1.4', 'v2.0.0', 'closed', '2.0.0 is outside ^1.4'],
    ['^1.4', '1.5.0-rc.1', 'closed', '1.5.0-rc.1 is a pre-release, which `preReleases: true` would let pass'],
    ['>=2026', '2026.11.30', 'open', '2026.11.30 is within >=2026'],
    ['^1.4', 'main-7', 'closed', '7.0.0 is outside ^1.4'],
    ['^1.4', '3f2a1bc', 'closed', '3f2a1bc is no version, and ^1.4 is asked for'],
  ])('%s judges %s', (range, tag, kind, reason) => {
    expect(judge(range, tag)).toMatchObject({ kind, reason });
  });

  it('lets pre-releases pass where that is asked for', () => {
    expect(judge({ range: '^1.4', preReleases: true }, '1.5.0-rc.1')).toMatchObject({ kind: 'open' });
    expect(judge({ range: '^1.4', preReleases: true }, '2.0.0-rc.1')).toMatchObject({ kind: 'closed' });
  });

  it.each([
    ['1.0.1', '1.0.0', 'open'],
    ['1.0.0', '1.0.1', 'closed'],
    ['1.0.0-java21', '1.0.0-java17', 'closed'],
  ])('lets pass what is known to be newer: %s over %s', (tag, pinned, kind) => {
    expect(judge({ monotonic: true }, tag, pinned)).toMatchObject({ kind });
  });

  it.each([
    ['semver', '1.4.2', 'open', '1.4.2 is a semantic version'],
    ['semver', 'v1.4.2-rc.1', 'open', 'v1.4.2-rc.1 is a semantic version'],
    ['semver', '1.4', 'closed', '1.4 is not a semantic version, and `scheme: semver` asks for one'],
    ['semver', 'release-1.4.2', 'closed', 'release-1.4.2 is not a semantic version'],
    ['semver', '2026.11.30', 'open', '2026.11.30 is a semantic version'],
    ['semver', '2026.01.05', 'closed', '2026.01.05 is not a semantic version'],
    ['calendar', '2026.01.05', 'open', '2026.01.05 is a calendar version'],
    ['calendar', '20260105', 'open', '20260105 is a calendar version'],
    ['calendar', '2026-01-05', 'open', '2026-01-05 is a calendar version'],
    ['calendar', '1.4.2', 'closed', '1.4.2 is not a calendar version'],
    ['refresh', '17.0.9_9-jre', 'open', '17.0.9_9-jre is a version with an order'],
    ['refresh', '3f2a1bc', 'closed', '3f2a1bc is not a version with an order'],
  ] as const)('asks for a tag of the scheme %s: %s', (scheme, tag, kind, reason) => {
    expect(judge({ scheme }, tag)).toMatchObject({ kind, reason: expect.stringContaining(reason) });
  });

  it('asks for the scheme, the range and the order together', () => {
    const written = { scheme: 'semver', range: '>=1.0.0', monotonic: true } as const;
    expect(judge(written, '1.4', '1.3')).toMatchObject({ kind: 'closed' });
    expect(judge(written, '0.9.0', '0.8.0')).toMatchObject({ kind: 'closed' });
    expect(judge(written, '1.4.0', '1.5.0')).toMatchObject({ kind: 'closed' });
    expect(judge(written, '1.5.0', '1.4.0')).toMatchObject({ kind: 'open' });
  });

  it('says nothing where it is not set', () => {
    expect(versionGate.judge(candidate('api'), NOTHING, environment())).toBeUndefined();
  });

  it.each([
    ['a range that is none', '"one or two"', '"one or two"'],
    ['a scheme that is none', '{ scheme: dates }', 'dates'],
    ['nothing to ask for', '{ preReleases: true }', 'version'],
  ])('is refused with %s', (_, written, under) => {
    expect(problemsOf(fileWith({ prod: `gates: { version: ${written} }` })).map(marked)).toEqual([under]);
  });
});

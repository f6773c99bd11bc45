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

  it('says nothing where it is not set', () => {
    expect(versionGate.judge(candidate('api'), NOTHING, environment())).toBeUndefined();
  });

  it.each([
    ['a range that is none', '"one or two"', '"one or two"'],
    ['nothing to ask for', '{ preReleases: true }', 'version'],
  ])('is refused with %s', (_, written, under) => {
    expect(problemsOf(fileWith({ prod: `gates: { version: ${written} }` })).map(marked)).toEqual([under]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { firstListed, takenFrom } from '../../src/plan/agreed-sources.ts';
import { candidates, type ImageOutcome } from '../../src/plan/candidates.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import type { SourceImage } from '../../src/plan/snapshot.ts';
import { candidate, digestNamed, environment, environments } from '../fixtures/candidates.ts';

const ALL = environment({ from: { kind: 'environments', need: 'all', names: ['eu', 'us'] } });
const FILE = {
  ...environments(ALL),
  environments: [
    environment({ name: 'eu', from: { kind: 'build' } }),
    environment({ name: 'us', from: { kind: 'build' } }),
    ALL,
  ],
};

function pinned(name: string | undefined, digest: string, file = 'api'): SourceImage {
  return {
    image: 'api',
    environment: name,
    repository: parseRepositoryName(`registry.example/${name ?? 'build'}/api`),
    tag: digest,
    digest: digestNamed(digest),
    origin: `${name} ${file}.yaml:1`,
  };
}

function outcome(...sources: readonly SourceImage[]): ImageOutcome | undefined {
  const text = 'image:\n  repository: registry.example/qa/api\n  tag: "1.0.0"\n';
  return candidates(FILE, ALL, {
    base: { repository: 'gitops', branch: 'main', commit: 'a'.repeat(40) },
    target: imagePins(FILE, ALL, new Map([['qa/api.yaml', text]])),
    sources,
    only: ['api'],
    versions: new Map(),
  })[0];
}

describe('an environment that takes what all of its sources pin', () => {
  it('takes the bytes from the first listed, whichever was read first', () => {
    const found = outcome(pinned('us', '2.0.0'), pinned('eu', '2.0.0'), pinned('eu', '2.0.0', 'other'));
    expect(found).toMatchObject({
      kind: 'candidate',
      candidate: { source: { environment: 'eu' }, others: [{ environment: 'us' }] },
    });
  });

  it.each<[string, readonly SourceImage[], RegExp]>([
    [
      'one pins another digest',
      [pinned('eu', '2.0.0'), pinned('us', '1.0.0')],
      /eu pins \w{12}, us pins \w{12}$/,
    ],
    ['one pins none', [pinned('us', '2.0.0')], /eu pins none, us pins \w{12}$/],
    [
      'one pins two',
      [pinned('eu', '2.0.0'), pinned('us', '2.0.0'), pinned('us', '1.0.0')],
      /us pins \w{12} and \w{12}$/,
    ],
  ])('waits with the digests named where %s', (_, sources, reason) => {
    expect(outcome(...sources)).toMatchObject({
      kind: 'waiting',
      gate: 'source',
      reason: expect.stringMatching(reason),
      hint: expect.stringMatching(/promote apply (eu|us) --image api=registry.example/),
    });
  });

  it.each([
    ['eu', '2.0.0', '1.0.0', 'us', '2.0.0'],
    ['us', '1.0.0', '2.0.0', 'eu', '2.0.0'],
    ['neither', 'main-1f0a', 'b2', 'us', 'main-1f0a'],
  ])('names the command that takes the newest, where %s has it', (_, eu, us, behind, build) => {
    expect(outcome(pinned('eu', eu), pinned('us', us))).toMatchObject({
      hint: expect.stringContaining(`apply ${behind} --image api=registry.example/`),
    });
    const waits = outcome(pinned('eu', eu), pinned('us', us));
    expect(waits?.kind === 'waiting' && waits.hint.endsWith(digestNamed(build))).toBe(true);
  });

  it('has nothing to promote where none of them pins it', () => {
    expect(outcome()).toMatchObject({ kind: 'absent' });
  });

  it('takes what the caller named as it is', () => {
    expect(outcome(pinned(undefined, '3.0.0'))).toMatchObject({ kind: 'candidate' });
  });
});

it('is seen in each source as that one pins it', () => {
  const [eu, us] = [pinned('eu', '2.0.0'), pinned('us', '2.0.0')];
  const whole = { ...candidate('api'), ...firstListed(ALL, [us, eu], us) };
  expect([takenFrom(whole, 'eu').source, takenFrom(whole, 'us').source]).toEqual([eu, us]);
});

import { expect, it } from 'vitest';
import { parseRepositoryName } from '../../../src/oci/reference.ts';
import { isAsPinned, type JudgedContainer, judgeRunning } from '../../../src/plan/running/judge.ts';
import { readPods } from '../../../src/plan/running/pods.ts';
import { digestNamed } from '../../fixtures/candidates.ts';
import { onePod, type PodSketch, podList } from '../../fixtures/pods.ts';

const REPOSITORY = 'ghcr.io/acme/api';
const [PINNED, PLATFORM, FORMER, STRANGE] = ['pinned', 'platform', 'former', 'strange'].map(digestNamed);
const KNOWN = {
  image: 'api',
  repositories: new Set([parseRepositoryName(REPOSITORY)]),
  pinned: [{ digest: digestNamed('pinned'), tag: '1.1.0', parts: new Set([digestNamed('platform')]) }],
  former: [{ digest: digestNamed('former'), tag: '1.0.0', parts: new Set([digestNamed('old-platform')]) }],
};
const PULLING = { reason: 'ImagePullBackOff', message: 'not authorized' };

it.each<[string, PodSketch, Partial<JudgedContainer>]>([
  ['the pinned digest', { image: `${REPOSITORY}@${PINNED}` }, { state: 'rolled-out', tag: '1.1.0' }],
  ['it, beside a tag', { image: `${REPOSITORY}:x@${PINNED}` }, { state: 'rolled-out', isByTag: false }],
  [
    'it, which the node names by another index with the same platform',
    { image: `${REPOSITORY}@${PINNED}`, imageId: `${REPOSITORY}@${STRANGE}` },
    { state: 'rolled-out', digest: digestNamed('pinned') },
  ],
  [
    'a tag, which is the pinned one there',
    { image: `${REPOSITORY}:1.1.0`, imageId: `${REPOSITORY}@${PINNED}` },
    { state: 'rolled-out', isByTag: true },
  ],
  [
    'a tag, which is a platform of the pinned one there',
    { image: `${REPOSITORY}:1.1.0`, imageId: `${PLATFORM}` },
    { state: 'rolled-out', digest: digestNamed('pinned') },
  ],
  [
    'it, and whose node still names an earlier one: its image was changed in place',
    { image: `${REPOSITORY}@${PINNED}`, imageId: `${REPOSITORY}@${FORMER}` },
    { state: 'former', digest: digestNamed('former'), tag: '1.0.0' },
  ],
  [
    'it, and failed',
    { image: `${REPOSITORY}@${PINNED}`, terminated: { reason: 'Error', exitCode: 1 } },
    { state: 'starting', waiting: 'Error: exit code 1' },
  ],
  [
    'it for a time, and ended well',
    {
      kind: 'initContainers',
      image: `${REPOSITORY}@${PINNED}`,
      terminated: { reason: 'Completed', exitCode: 0 },
    },
    { state: 'rolled-out' },
  ],
  [
    'it to look around, and was left',
    {
      kind: 'ephemeralContainers',
      image: `${REPOSITORY}@${PINNED}`,
      terminated: { reason: 'Error', exitCode: 130 },
    },
    { state: 'rolled-out' },
  ],
  ['an earlier digest', { image: `${REPOSITORY}@${FORMER}` }, { state: 'former', tag: '1.0.0' }],
  [
    'a platform of an earlier one',
    { image: `${REPOSITORY}@${digestNamed('old-platform')}` },
    { state: 'former', digest: digestNamed('former') },
  ],
  ['another digest', { image: `${REPOSITORY}@${STRANGE}` }, { state: 'never-promoted' }],
  ['a tag that moved', { imageId: `${REPOSITORY}@${STRANGE}` }, { state: 'never-promoted', isByTag: true }],
  ['a tag, of which the node says nothing', { image: `${REPOSITORY}:1.1.0` }, { state: 'unknown' }],
  [
    'the pinned digest, and waits',
    { image: `${REPOSITORY}@${PINNED}`, waiting: { reason: 'ContainerCreating' } },
    { state: 'starting', lacksPullSecret: false },
  ],
  [
    'a tag, and waits',
    { waiting: { reason: 'ContainerCreating' } },
    { state: 'starting', digest: undefined },
  ],
  ['what it cannot pull, without a secret', { waiting: PULLING }, { lacksPullSecret: true }],
  [
    'what it cannot pull, with one',
    { waiting: PULLING, pullSecrets: ['registry'] },
    { lacksPullSecret: false },
  ],
])('a container that asks for %s', (_, sketch, expected) => {
  expect(judge(sketch)).toMatchObject([expected]);
});

it('takes a container for rolled out only by the pinned digest that its pod names', () => {
  const answers = [`${REPOSITORY}@${PINNED}`, `${REPOSITORY}:1.1.0`].map(image =>
    judge({ image, imageId: `${REPOSITORY}@${PINNED}` }).map(isAsPinned),
  );
  expect(answers).toEqual([[true], [false]]);
});

it.each(['ghcr.io/acme/web:1', 'ghcr.io/acme/api-tools:1', 'Not an image'])('leaves out %s', image => {
  expect(judge({ image })).toEqual([]);
});

it('believes the pod where an earlier index has the same platform', () => {
  const [pinned, former] = [KNOWN.pinned, KNOWN.former].map(all =>
    all.map(known => ({ ...known, parts: new Set([digestNamed('shared')]) })),
  );
  const sketch = { image: `${REPOSITORY}@${PINNED}`, imageId: `${REPOSITORY}@${FORMER}` };
  const { containers } = readPods(podList([onePod(sketch)]), 'pods.json');
  const [found] = judgeRunning([{ ...KNOWN, pinned: pinned ?? [], former: former ?? [] }], containers);
  expect(found?.containers).toMatchObject([{ state: 'rolled-out' }]);
});

function judge(sketch: PodSketch): readonly JudgedContainer[] {
  const { containers } = readPods(podList([onePod(sketch)]), 'pods.json');
  return judgeRunning([KNOWN], containers).flatMap(found => found.containers);
}

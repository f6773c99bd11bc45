import { expect, it } from 'vitest';
import { PromoteError } from '../../../src/errors.ts';
import { type PodContainer, readPods } from '../../../src/plan/running/pods.ts';
import { digestNamed } from '../../fixtures/candidates.ts';
import { onePod, type PodSketch, podList } from '../../fixtures/pods.ts';

const DIGEST = digestNamed('index');
const HEX = DIGEST.replace('sha256:', '');

/** As container runtimes report what they have. */
it.each([
  ['containerd and CRI-O', `ghcr.io/acme/api@${DIGEST}`],
  ['Docker', `docker-pullable://ghcr.io/acme/api@${DIGEST}`],
  ['Docker, of an image that it built', `docker://${DIGEST}`],
  ['containerd, of an image that was imported', DIGEST],
  ['an older CRI-O', HEX],
])('reads what a node of %s has', (_, imageId) => {
  expect(only({ imageId })).toMatchObject({ resolved: DIGEST, hasStarted: true });
});

it.each([
  ['nothing yet', ''],
  ['a name alone', 'ghcr.io/acme/api:1.0.0'],
])('takes %s for no digest', (_, imageId) => {
  expect(only({ imageId }).resolved).toBeUndefined();
});

it('reads init and ephemeral containers too', () => {
  const text = podList([
    onePod({ kind: 'initContainers', name: 'migrate' }),
    onePod({ kind: 'ephemeralContainers', name: 'debug' }),
  ]);
  expect(readPods(text, 'pods.json').containers.map(({ container }) => container)).toEqual([
    'migrate',
    'debug',
  ]);
});

it('counts pods that ended or are ending apart', () => {
  const text = podList([
    onePod({}),
    onePod({ phase: 'Succeeded' }),
    onePod({ phase: 'Failed' }),
    onePod({ isEnding: true }),
  ]);
  const { containers, empty: _, ...counts } = readPods(text, 'pods.json');
  expect(containers).toHaveLength(1);
  expect(counts).toEqual({ pods: 1, ended: 2, ending: 1 });
});

it('looks at the named namespaces alone', () => {
  const text = podList([onePod({ namespace: 'shop' }), onePod({ namespace: 'dev' })]);
  const found = readPods(text, 'pods.json', ['shop', 'shpo']);
  expect(found.containers.map(({ pod }) => pod)).toEqual(['shop/api-1']);
  expect(found.empty).toEqual(['shpo']);
});

it('reads a list for one type, whose items have no kind, and one pod', () => {
  const { kind: _, ...bare } = onePod({});
  expect(readPods(podList([bare], 'PodList'), 'pods.json').pods).toBe(1);
  expect(readPods(JSON.stringify(onePod({})), 'pods.json').pods).toBe(1);
});

it('says why a container waits, in a bounded way', () => {
  const waiting = { reason: 'ErrImagePull', message: 'x'.repeat(1000) };
  const found = only({ waiting });
  expect(found).toMatchObject({ hasStarted: false });
  expect(found.waiting).toMatch(/^ErrImagePull: x+$/);
  expect(found.waiting).toHaveLength(300);
});

it.each([
  ['no JSON', 'kind: List', 'pods.json: it is no JSON'],
  ['JSON of something else', '[]', 'pods.json: : '],
  [
    'a list of something else',
    podList([{ kind: 'Service' }]),
    'pods.json: it has Service, where only pods are expected',
  ],
  ['one thing that is no pod', '{"kind":"Deployment","items":[]}', 'it has Deployment'],
  [
    'a part of a list',
    JSON.stringify({ kind: 'PodList', items: [], metadata: { continue: 'token', remainingItemCount: 9 } }),
    'pods.json: it is a part of the list',
  ],
  ['a pod without a name', podList([{ kind: 'Pod', metadata: {}, spec: {} }]), 'items[0]: metadata.name'],
])('refuses %s', (_, text, message) => {
  const error = thrownBy(() => readPods(text, 'pods.json'));
  expect(error).toMatchObject({ code: 'INVALID', hint: expect.stringContaining('kubectl get pods') });
  expect(error.message).toContain(message);
});

function only(sketch: PodSketch): PodContainer {
  const [container] = readPods(podList([onePod(sketch)]), 'pods.json').containers;
  if (container === undefined) throw new Error('no container was read');
  return container;
}

function thrownBy(call: () => unknown): PromoteError {
  try {
    call();
  } catch (error) {
    if (error instanceof PromoteError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

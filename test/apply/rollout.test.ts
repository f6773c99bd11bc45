import { afterEach, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { rolloutReader } from '../../src/facts/checks/rollout.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { onePod, type PodSketch, podList } from '../fixtures/pods.ts';
import { describeWith } from '../servers/tools.ts';
import { clusterVerdict } from './cluster-verdict.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const DEV = 'oci:../dev/api';
const NOW = '2026-11-21T12:00:00Z';

describeWith(['git'], 'the rollout in the environment before', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** A shop whose dev pins 1.0.0, and the digest of that. */
  async function world(check = '{ running: true }') {
    shop = await createReviewWorld([`gates: { checks: [${check}] }`]);
    await shop.release('1.0.0');
    return (await shop.effects.store(parseRepositoryName(DEV)).head('1.0.0'))?.digest ?? digestNamed('none');
  }

  /** The gate's answer of one run, and the clusters that were asked. */
  async function judged(pods: readonly PodSketch[] | PromoteError, at = NOW) {
    return await clusterVerdict(shop, 'checks', at, pods);
  }

  it('opens the gate once every container runs the pinned digest, and asks the cluster once', async () => {
    const digest = await world('{ running: true, context: dev, namespaces: [shop] }');
    const image = `${DEV}@${digest}`;
    const { verdict, asked } = await judged([{ image }, { image, name: 'other' }]);
    expect(verdict).toMatchObject({
      kind: 'open',
      reason: 'rollout in the context dev passed in 2 containers',
    });
    expect(asked).toEqual([{ context: 'dev', namespaces: ['shop'] }]);
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('waits while a container starts, or runs what was pinned before', async () => {
    await world();
    const first = digestNamed('none');
    await shop.release('1.1.0');
    const digest = (await shop.effects.store(parseRepositoryName(DEV)).head('1.1.0'))?.digest ?? first;
    const former = (await shop.effects.store(parseRepositoryName(DEV)).head('1.0.0'))?.digest ?? first;
    const [now, before] = [{ image: `${DEV}@${digest}` }, { image: `${DEV}@${former}` }];
    const starting = await judged([now, { ...now, waiting: { reason: 'ImagePullBackOff' } }]);
    expect(starting.verdict).toMatchObject({
      kind: 'waiting',
      reason: expect.stringMatching(/^rollout is pending in 1 of 2 containers, .*ImagePullBackOff/),
    });
    expect((await judged([now, before])).verdict).toMatchObject({ kind: 'waiting' });
    expect((await judged([{ ...now, isReady: false }])).verdict).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('it is not ready'),
    });
    expect(await shop.promoted()).toEqual([]);
  });

  it('is closed by a digest that was never pinned there', async () => {
    const digest = await world();
    const strange = { image: `${DEV}@${digestNamed('strange')}` };
    expect((await judged([{ image: `${DEV}@${digest}` }, strange])).verdict).toMatchObject({
      kind: 'closed',
      reason: expect.stringMatching(/rollout failed in 1 of 2 .*none of the last 100 changes pinned/),
    });
  });

  it.each<[string, string, readonly PodSketch[], string]>([
    ['no container asks for the image', '{ running: true }', [], 'no container asks'],
    ['a namespace is empty', '{ running: true, namespaces: [misspelt] }', [{}], 'misspelt has no pod'],
  ])('waits where %s, and closes at the timeout', async (_, check, pods, words) => {
    await world(check);
    expect((await judged(pods)).verdict).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining(words),
    });
    const later = await judged(pods, '2030-01-01T00:00:00Z');
    expect(later.verdict).toMatchObject({ kind: 'closed', reason: expect.stringContaining(words) });
  });

  it.each([
    ['UNREACHABLE', 'waiting'],
    ['CONFIGURATION', 'closed'],
    ['FORBIDDEN', 'closed'],
  ] as const)('is %s, so it is %s, with what helps', async (code, kind) => {
    await world();
    const error = new PromoteError(code, 'list the pods: no', { hint: 'kubectl auth can-i list pods' });
    const { verdict } = await judged(error);
    expect(verdict).toMatchObject({
      kind,
      reason: expect.stringMatching(/^rollout: list the pods: no/),
    });
    const helps = code === 'FORBIDDEN' ? 'kubectl auth' : code === 'CONFIGURATION' ? 'KUBECONFIG' : 'run it';
    if (code === 'UNREACHABLE') expect(verdict?.reason).toContain('kubectl auth');
    expect(verdict).toMatchObject({ hint: expect.stringContaining(helps) });
  });

  it('is not kept open or closed by a file that has nothing to do with it', async () => {
    const digest = await world();
    await shop.commit('main', 'dev/broken.yaml', 'image: { repository: "oci:../dev/api", tag: [\n');
    const read = rolloutReader(
      { effects: { ...shop.effects, pods: pods(`${DEV}@${digest}`) }, environments: shop.environments },
      environmentNamed(shop.environments, 'dev'),
    );
    const cluster = { kind: 'running', namespaces: [] } as const;
    expect(await read(cluster, { image: 'api', digest })).toMatchObject({ kind: 'passed' });
    const other = digestNamed('promoted meanwhile');
    expect(await read(cluster, { image: 'api', digest: other })).toMatchObject({ kind: 'pending' });
    const strange = rolloutReader(
      {
        effects: { ...shop.effects, pods: pods(`${DEV}@${other}`) },
        environments: shop.environments,
      },
      environmentNamed(shop.environments, 'dev'),
    );
    expect(await strange(cluster, { image: 'api', digest })).toMatchObject({ kind: 'unknown' });
  });

  it('asks no cluster where no check is for it', async () => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    const { verdict, asked } = await judged([]);
    expect([verdict, asked]).toEqual([undefined, []]);
  });
});

const pods = (image: string) => async () => ({ text: podList([onePod({ image })]), name: 'the cluster' });

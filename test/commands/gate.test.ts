import { afterEach, beforeEach, expect, it } from 'vitest';
import { GATE_STATUS } from '../../src/plan/gate-status.ts';
import type { GateAnswer } from '../../src/reports/gate.ts';
import { createReviewWorld, type ReviewWorld } from '../apply/review-world.ts';
import { describeWith } from '../servers/tools.ts';
import { ask as askIn, at, HELD, heldByHand, PIN, work as workIn } from './gate-steps.ts';

const POD = (tag: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec: { containers: [{ name: api, image: "oci:../dev/api:${tag}" }] }\n`;
const ENTRY = 'images: [{ name: "oci:../dev/api", newName: "oci:../production/api", newTag: "0" }]\n';

describeWith(['git'], 'the gate of a branch', () => {
  let shop: ReviewWorld;
  beforeEach(async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
  });
  afterEach(async () => await shop.world.close());

  it.each<[string, string, string, GateAnswer['state']]>([
    ['lets a change of nothing that is protected through', 'README.md', 'more\n', 'success'],
    ['lets a change of an ungated environment through', 'dev/api.yaml', HELD, 'success'],
    ['keeps a pin that changes by hand back', PIN, HELD, 'failure'],
    ['keeps a hold that is written by hand back', 'promote-holds.yaml', heldByHand(), 'failure'],
  ])('%s', async (_, path, text, state) => {
    await work('work', path, text);
    const answer = await ask(await shop.forge.propose('work', 'mallory'));
    expect(answer.state).toBe(state);
    expect(statusOf(answer)).toBe(state);
  });

  it.each<[string, string, string, GateAnswer['state']]>([
    ['an image of a shared base that production has no entry for', POD('2'), '', 'failure'],
    ['another line of that base', `${POD('1')}# more\n`, '', 'success'],
    ['an image that production has an entry for', POD('2'), ENTRY, 'success'],
    ['a line above it', `# above\n${POD('1')}`, '', 'success'],
    [
      'an argument that no entry reaches',
      POD('1').replace(' }]', ', args: ["oci:../dev/api:2"] }]'),
      ENTRY,
      'failure',
    ],
  ])('reads what production builds on: %s', async (_, base, entry, state) => {
    await shop.commit('main', PIN, 'replicas: 1\n');
    await shop.commit('main', 'base/kustomization.yaml', 'resources: [pod.yaml]\n');
    await shop.commit('main', 'base/pod.yaml', POD('1'));
    await shop.commit('main', 'production/kustomization.yaml', `resources: [../base]\n${entry}`);
    await work('work', 'base/pod.yaml', base);
    const answer = await ask(await shop.forge.propose('work', 'mallory'));
    expect(answer.state).toBe(state);
    if (state === 'failure') expect(answer.reason).toContain('production/kustomization.yaml');
  });

  it.each<[string, string, GateAnswer['state']]>([
    ['another image', 'image: { repository: "oci:../dev/api", tag: "2" }\n', 'failure'],
    ['another setting', 'image: { repository: "oci:../dev/api", tag: "1" }\nreplicas: 3\n', 'success'],
  ])('reads the value files elsewhere that production names: %s', async (_, values, state) => {
    await shop.commit('main', PIN, 'replicas: 1\n');
    await shop.commit('main', 'shared/api.yaml', 'image: { repository: "oci:../dev/api", tag: "1" }\n');
    const application =
      'kind: Application\nspec: { source: { path: charts/api, helm: { valueFiles: [/shared/api.yaml] } } }\n';
    await shop.commit('main', 'production/application.yaml', application);
    await work('work', 'shared/api.yaml', values);
    const answer = await ask(await shop.forge.propose('work', 'mallory'));
    expect(answer.state).toBe(state);
    if (state === 'failure') expect(answer.reason).toContain('production/application.yaml');
  });

  it('leaves branches of promote alone, which apply answers for', async () => {
    await shop.release('1.0.0');
    await shop.apply();
    const before = new Map(shop.forge.statuses);
    const answer = await ask(1);
    expect(answer.state).toBe('ours');
    expect(shop.forge.statuses).toEqual(before);
  });

  it('answers in their own pipeline by what apply would answer, and sets no status', async () => {
    await shop.release('1.0.0');
    await shop.apply();
    const before = new Map(shop.forge.statuses);
    const inPipeline = async () => (await ask(1, { inPipeline: true })).state;
    expect(await inPipeline()).toBe('pending');
    expect(shop.forge.statuses).toEqual(before);
    await shop.forge.review('alice');
    // Approved, and its images are not there yet.
    expect(await inPipeline()).toBe('pending');
    await shop.apply();
    expect(await inPipeline()).toBe('success');
    await work('work', PIN, HELD);
    const statuses = new Map(shop.forge.statuses);
    expect((await ask(await shop.forge.propose('work', 'mallory'), { inPipeline: true })).state).toBe(
      'failure',
    );
    expect(shop.forge.statuses).toEqual(statuses);
  });

  it('answers for a branch of that name in a fork', async () => {
    await work('promote/production/mine', PIN, HELD);
    const number = await shop.forge.propose('promote/production/mine', 'mallory', 'fork');
    expect((await ask(number)).state).toBe('failure');
  });

  it('says what a change of the environments file alters, and lets it through', async () => {
    const file = await shop.world.read('environments.yaml');
    await work('work', 'environments.yaml', file.replace('approval: {}', 'approval: { count: 2 }'));
    const answer = await ask(await shop.forge.propose('work', 'alice'));
    expect(answer.state).toBe('success');
    expect(answer.notices).toEqual(['environments.yaml alters environment production']);
  });

  it.each<[string, string, string, GateAnswer['state']]>([
    ['changes a pin of production on main', PIN, HELD, 'pending'],
    ['changes nothing that is protected there', 'README.md', 'more\n', 'success'],
  ])('judges a pull request into another branch by main too: it %s', async (_, path, text, state) => {
    // Whoever may write makes the other branch such that the pull request changes nothing of it.
    await work('scratch', path, text);
    await shop.world.git('branch', '--force', 'work', 'scratch');
    await shop.commit('work', 'README.md', 'even more\n');
    const answer = await ask(await shop.forge.propose('work', 'mallory', undefined, 'scratch'));
    expect(answer.state).toBe(state);
    expect(statusOf(answer)).toBe(state);
  });

  it('says that it cannot tell of a change that conflicts', async () => {
    await work('work', 'README.md', 'mine\n');
    await shop.commit('main', 'README.md', 'theirs\n');
    expect((await ask(await shop.forge.propose('work', 'alice'))).state).toBe('pending');
  });

  it('refuses a pull request that is not open', async () => {
    await expect(ask(7)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('judges the revert of a promotion as a rollback', async () => {
    await promote('1.0.0');
    await promote('1.1.0');
    const answer = await ask(await revert('revert'));
    expect(answer).toMatchObject({ state: 'pending', reason: expect.stringContaining('approval') });
    await shop.forge.review('bob');
    expect((await ask(3)).state).toBe('success');
  });

  it('does not let a fork roll anything back', async () => {
    await promote('1.0.0');
    await promote('1.1.0');
    expect((await ask(await revert('revert', 'fork'))).state).toBe('failure');
  });

  it('takes a revert with anything else in it for what it is', async () => {
    await promote('1.0.0');
    await promote('1.1.0');
    const number = await revert('revert');
    await shop.commit('revert', 'production/api.yaml', `${await at(shop, 'revert', PIN)}replicas: 2\n`);
    expect((await ask(number)).state).toBe('failure');
  });

  it('does not take a pin to what was never there for a rollback', async () => {
    await promote('1.0.0');
    await work('work', PIN, (await at(shop, 'main', PIN)).replace(/sha256:./, 'sha256:f'));
    expect((await ask(await shop.forge.propose('work', 'mallory'))).state).toBe('failure');
  });

  async function promote(version: string): Promise<void> {
    await shop.release(version);
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await shop.forge.end('merged');
  }

  async function revert(branch: string, from?: 'fork'): Promise<number> {
    await shop.world.git('checkout', '--quiet', '-b', branch, 'main');
    await shop.world.git('revert', '--no-edit', '--mainline', '1', 'HEAD');
    await shop.world.git('checkout', '--quiet', 'main');
    return await shop.forge.propose(branch, 'carol', from);
  }

  async function work(branch: string, path: string, text: string): Promise<void> {
    await workIn(shop, branch, path, text);
  }

  async function ask(number: number, more: { readonly inPipeline?: boolean } = {}): Promise<GateAnswer> {
    return await askIn(shop, { kind: 'pull-request', number }, more);
  }

  function statusOf({ commit }: GateAnswer): string | undefined {
    const status = shop.forge.statuses.get(commit);
    return status?.context === GATE_STATUS ? status.state : undefined;
  }
});

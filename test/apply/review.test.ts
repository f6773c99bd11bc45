import { afterEach, expect, it } from 'vitest';
import type { PullRequestContent } from '../../src/forges/forge.ts';
import { describeWith } from '../servers/tools.ts';
import { BOT } from './memory-forge.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';

describeWith(['git'], 'approval by review', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it.each<[string, Parameters<ReviewWorld['forge']['review']>]>([
    ['dismissed', ['alice', 'dismissed']],
    ['that requests changes', ['alice', 'changes-requested']],
    ['of somebody who may not write', ['alice', 'approved', { canWrite: false }]],
    ['of the author', ['promote', 'approved', { reviewer: BOT }]],
    ['of whoever asked', ['rita', 'approved']],
    ['whose commit the forge does not tell', ['alice', 'approved', { commit: undefined }]],
    ['of nobody in particular', ['ghost', 'approved', { reviewer: { id: '', name: 'ghost' } }]],
  ])('does not count one %s', async (_, review) => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply({ requestedBy: 'rita' });
    await shop.forge.review(...review);
    expect((await shop.apply()).state).toBe('waiting');
    expect(await shop.promoted()).toEqual([]);
  });

  it('does not count one of whom the forge says that they asked, whatever the variables say', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    Object.assign(shop.effects, { runAskers: async () => [{ name: 'alice', id: 'id of alice' }] });
    await shop.release('1.0.0');
    await shop.apply({ requesters: [{ name: 'bob', id: 'id of bob' }] });
    await shop.forge.review('alice');
    await shop.apply();
    expect(await shop.status()).toBe('pending');
    await shop.forge.review('bob');
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('counts whoever pressed the button that brings the branch up to date', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.commit('main', 'README.md', 'moved\n');
    await shop.world.git('checkout', '--quiet', BRANCH);
    await shop.world.git('merge', '--quiet', '--no-ff', '--message', "Merge branch 'main' into x", 'main');
    await shop.world.git('checkout', '--quiet', 'main');
    await shop.forge.review('tester');
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('counts the members of a team beside the people named, and nobody else', async () => {
    const gate = 'gates: { approval: { count: 2, users: [alice], teams: [acme/release] } }';
    shop = await createReviewWorld([gate], { teams: { 'acme/release': ['bob'] } });
    await shop.release('1.0.0');
    await shop.apply();
    for (const name of ['alice', 'mallory']) await shop.forge.review(name);
    expect((await shop.apply()).state).toBe('waiting');
    await shop.forge.review('bob');
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('counts the latest of each reviewer', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.forge.review('alice', 'changes-requested');
    expect((await shop.apply()).state).toBe('waiting');
  });

  it('turns a green status back when an approval is taken away', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await shop.forge.review('alice', 'dismissed');
    await shop.apply();
    expect(await shop.status()).toBe('pending');
  });

  it('turns a green status back when a gate closes', async () => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    await shop.apply();
    expect(await shop.status()).toBe('success');
    await shop.commit('main', 'dev/extra.yaml', 'image: { repository: oci:../dev/api, tag: "0.1" }\n');
    expect((await shop.apply()).state).toBe('closed');
    expect(await shop.status()).toBe('failure');
  });

  it('has a label that says how far it is, where that is asked for', async () => {
    shop = await createReviewWorld([
      'gates: { approval: {} }',
      'pullRequest: { labels: [release], stateLabels: true }',
    ]);
    const { pullRequests } = shop.forge;
    const { open, update } = pullRequests;
    const seen: PullRequestContent[] = [];
    const note = (content: PullRequestContent) => {
      seen.push(content);
      return content;
    };
    pullRequests.open = async (branch, base, content) => await open(branch, base, note(content));
    pullRequests.update = async (pull, content) => await update(pull, note(content));
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    await shop.commit(BRANCH, 'production/other.yaml', 'a: 1\n');
    await shop.apply();
    const states = ['waiting', 'ready', 'blocked'].map(name => `promote: ${name}`);
    expect(seen.map(({ labels, unwanted }) => ({ labels, unwanted }))).toEqual(
      states.map(state => ({
        labels: ['release', state],
        unwanted: states.filter(other => other !== state),
      })),
    );
  });

  it('binds a protected environment to the plan that an earlier job named', async () => {
    shop = await createReviewWorld(['gates: { approval: { by: environment } }']);
    await shop.release('1.0.0');
    const waiting = await shop.apply();
    const [decision] = waiting.groups.map(group => group.decision);
    if (decision === undefined || !('plan' in decision)) throw new Error('nothing is planned');
    const alice = { id: 'a', name: 'alice' };
    const approval = { reviewer: alice, verdict: 'approved', environments: ['production'] } as const;
    Object.assign(shop.effects, { runApprovals: async () => [approval] });
    expect((await shop.apply()).groups[0]?.decision.state).toBe('waiting');
    const approved = await shop.apply({ planDigests: [{ digest: decision.plan.digest, attempt: 1 }] });
    expect(approved).toMatchObject({
      groups: [
        { decision: { verdicts: [{ approvals: [{ kind: 'environment', name: 'alice', id: 'a' }] }] } },
      ],
    });
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('lets what is left of the approved plan through a protected environment', async () => {
    shop = await createReviewWorld(['gates: { approval: { by: environment } }'], { images: ['api', 'web'] });
    for (const image of ['api', 'web']) await shop.release('1.0.0', image);
    const { groups } = await shop.apply();
    const earlierPlans = groups.flatMap(({ decision }) => ('plan' in decision ? [decision.plan] : []));
    const reviewer = { id: 'a', name: 'alice' };
    const approval = { reviewer, verdict: 'approved', environments: ['production'] } as const;
    Object.assign(shop.effects, { runApprovals: async () => [approval] });
    await shop.commit('main', 'dev/extra.yaml', 'image: { repository: oci:../dev/web, tag: "0.1" }\n');
    await shop.apply({ planDigests: earlierPlans.map(({ digest }) => ({ digest, attempt: 1 })) });
    expect(await shop.promoted()).toEqual([]);
    await shop.apply({ earlierPlans, earlierAttempt: 2, attempt: 2 });
    expect(await shop.promoted()).toEqual([]);
    await shop.apply({ earlierPlans, attempt: 2 });
    expect([await shop.promoted(), await shop.promoted('web')]).toEqual([['1.0.0'], []]);
  });

  it('is not asked for again where a person closed the pull request, until that is asked for', async () => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('closed');
    const declined = await shop.apply();
    expect(declined.groups[0]?.pins).toMatchObject({
      kind: 'declined',
      hint: expect.stringContaining('promote apply production --again'),
    });
    expect((await shop.apply({ again: true })).state).toBe('waiting');
    expect((await shop.forge.pulls()).map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it.each(['bot', 'branch'] as const)('is asked for again where a %s closed the pull request', async how => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('closed', how);
    expect((await shop.apply()).state).toBe('waiting');
    expect((await shop.forge.pulls()).map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it('cannot be asked for where there are no pull requests', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    Object.assign(shop.effects, { forge: async () => undefined });
    await shop.release('1.0.0');
    await expect(shop.apply()).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });
});

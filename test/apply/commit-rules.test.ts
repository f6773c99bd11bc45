import { afterEach, expect, it } from 'vitest';
import { answerGate } from '../../src/commands/gate/gate.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'feature/OPS-1-production-all';
const RULES =
  'commits: { author: { name: Bot, email: bot@acme.example }, committer: { name: promote, email: ci@acme.example }, signOff: true, message: conventional, branch: "feature/OPS-1-{environment}-{group}" }';

describeWith(['git'], 'a promotion by the rules of a house', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is proposed, approved, merged and left alone on a branch of their own', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }', RULES]);
    await shop.release('1.0.0');
    expect(await kindOf()).toBe('proposed');
    expect(await shop.world.git('branch', '--list', 'promote/*')).toBe('');
    expect(
      await shop.world.git('log', '-1', '--format=%s|%an|%ce|%(trailers:key=Signed-off-by)', BRANCH),
    ).toBe(
      'chore(production): promote api 1.0.0 to production|Bot|ci@acme.example|Signed-off-by: Bot <bot@acme.example>',
    );
    const proposed = await shop.world.git('rev-parse', BRANCH);
    expect(await answerOf(1)).toBe('ours');
    await shop.apply();
    expect(await shop.world.git('rev-parse', BRANCH)).toBe(proposed);
    await shop.forge.review('alice');
    expect(await kindOf()).toBe('awaiting');
    expect(await shop.promoted()).toEqual(['1.0.0']);
    await shop.release('1.1.0');
    await shop.apply();
    expect(shop.forge.statuses.get(await shop.world.git('rev-parse', BRANCH))?.state).toBeDefined();
  });

  it('answers for a branch of the former name as for anybody', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }', RULES]);
    await shop.world.git('checkout', '--quiet', '-b', 'promote/production/all');
    await shop.commit('promote/production/all', 'production/api.yaml', 'image: x\n');
    await shop.forge.propose('promote/production/all', 'mallory');
    expect(await answerOf(1)).toBe('failure');
  });

  async function kindOf(): Promise<string | undefined> {
    const [group] = (await shop.apply()).groups;
    return (group?.done?.pins ?? group?.pins)?.kind;
  }

  async function answerOf(number: number): Promise<string> {
    const { effects, environments } = shop;
    const asked = { repository: undefined, file: 'environments.yaml', runUrl: undefined };
    const subject = { kind: 'pull-request', number } as const;
    return (await answerGate(effects, environments, { ...asked, subject })).state;
  }
});

import { expect, it, onTestFinished } from 'vitest';
import { prepareRollback } from '../../src/apply/rollback/prepare-rollback.ts';
import { rollback } from '../../src/apply/rollback/rollback.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { PromotionRequest } from '../../src/plan/request.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld } from './review-world.ts';

const REVIEWER = { id: 'a', name: 'alice' };

describeWith(['git'], 'a rollback that a protected environment approves', () => {
  it('is carried out by the job that was let in with the plan of an earlier one', async () => {
    const { shop, rollBack } = await live();
    const before = await shop.world.git('rev-parse', 'main');
    const [plan] = await rollBack([]);
    expect([plan, await shop.world.git('rev-parse', 'main')]).toEqual([expect.any(String), before]);
    expect((await rollBack([]))[1]).toBe('waiting');
    expect((await rollBack(plan === undefined ? [] : [plan]))[1]).toBe('ready');
    expect(await shop.world.git('show', 'main:production/api.yaml')).toContain('1.0.0@');
  });
});

const named = (digest: Digest) => ({ digest, attempt: 1 });

/** A shop whose production runs 1.1.0 after 1.0.0, both let in by a protected environment, as its rollbacks are. */
async function live() {
  const shop = await createReviewWorld([
    'gates: { approval: { by: environment } }',
    'pullRequest: { merge: automatic }',
  ]);
  onTestFinished(() => shop.world.close());
  const approval = { reviewer: REVIEWER, verdict: 'approved', environments: ['production'] } as const;
  Object.assign(shop.effects, { runApprovals: async () => [approval] });
  for (const version of ['1.0.0', '1.1.0']) {
    await shop.release(version);
    const { groups } = await shop.apply();
    const planDigests = groups.flatMap(({ decision }) =>
      'plan' in decision ? [named(decision.plan.digest)] : [],
    );
    await shop.apply({ planDigests });
  }
  /** The plan's digest, and what was decided about it. */
  const rollBack = async (digests: readonly Digest[]) => {
    const promotion: PromotionRequest = {
      environment: 'production',
      images: new Map(),
      allowDirect: false,
      allowBackward: true,
      approvedBy: [],
      evidence: 'all',
      planDigests: digests.map(named),
    };
    const target = { kind: 'steps', count: 1 } as const;
    const asked = { promotion, target, force: false, restore: false, by: 'bob' };
    const prepared = await prepareRollback(shop.effects, shop.environments, asked);
    const { decision } = (await rollback(shop.effects, shop.environments, prepared, asked)).result;
    return ['plan' in decision ? decision.plan.digest : undefined, decision.state] as const;
  };
  return { shop, rollBack };
}

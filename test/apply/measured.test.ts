import { afterEach, expect, it } from 'vitest';
import type { About, MeasureStep } from '../../src/run/step.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

describeWith(['git'], 'the steps of a run that is measured', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('have the image, the plan and the pull request that they are about', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    const steps: [string, About][] = [];
    const measure: MeasureStep = async (name, about, work) => {
      const known = { ...about };
      const result = await work(more => Object.assign(known, more));
      steps.push([name, known]);
      return result;
    };
    Object.assign(shop.effects, { measure });
    await shop.apply();
    const { url } = (await shop.forge.pulls())[0] ?? {};
    const plan = expect.stringMatching(/^sha256:/);
    expect(steps.map(([name]) => name)).toEqual(expect.arrayContaining(['observe', 'decide', 'plan']));
    expect(steps).toContainEqual([
      'propose',
      { 'promote.group': 'all', 'promote.plan': plan, 'promote.pull_request': url },
    ]);
    expect(steps.at(-1)).toEqual([
      'group',
      {
        'promote.environment': 'production',
        'promote.group': 'all',
        'promote.plan': plan,
        'promote.pull_request': url,
      },
    ]);
    shop.forge.review('bob');
    steps.length = 0;
    await shop.apply();
    const about = { 'promote.image': 'api', 'promote.repository': 'oci:../production/api' };
    for (const step of ['copy', 'tag'])
      expect(steps).toContainEqual([step, { ...about, 'promote.digest': plan }]);
  });
});

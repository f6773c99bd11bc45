import { afterEach, expect, it } from 'vitest';
import type { MergeOptions, MergeOutcome } from '../../src/forges/forge.ts';
import type { ApplyResult } from '../../src/reports/apply.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';
const BEHIND = { kind: 'refused', needs: 'update', reason: 'the head branch is out of date' } as const;

describeWith(['git'], 'an automatic merge', () => {
  let shop: ReviewWorld;
  let asked: (MergeOptions | undefined)[];
  afterEach(async () => await shop.world.close());

  it('brings the branch up to date where the forge demands it, and keeps its reviews', async () => {
    await approved();
    answerWith(BEHIND);
    const result = await shop.apply();
    expect(pinsOf(result)).toMatchObject({ kind: 'merged' });
    expect(await shop.world.git('show', 'main:production/api.yaml')).toContain('1.0.0@');
    expect(await shop.world.git('show', 'main:README.md')).toBe('moved');
    expect(asked).toHaveLength(2);
  });

  it('brings it up to date once in a run, however often the forge demands it', async () => {
    await approved();
    answerWith(BEHIND, BEHIND, BEHIND);
    const note = expect.stringContaining('the next run updates the branch');
    expect(pinsOf(await shop.apply())).toMatchObject({ note });
    expect(asked).toHaveLength(2);
    const head = await shop.world.git('rev-parse', BRANCH);
    // Nothing has come to the base since, so nothing is made anew.
    await shop.apply();
    expect(await shop.world.git('rev-parse', BRANCH)).toBe(head);
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['checks', 'a run after they have passed merges it: a schedule starts one, or an event of the checks'],
    ['person', 'a person has to end that'],
  ] as const)('says what ends a refusal for %s', async (needs, end) => {
    await approved();
    answerWith({ kind: 'refused', needs, reason: 'no' });
    expect(pinsOf(await shop.apply())).toMatchObject({ note: `not merged: no; ${end}` });
  });

  it('has the branch deleted where that is set', async () => {
    await approved('merge: automatic, deleteBranch: true');
    answerWith();
    await shop.apply();
    expect(asked).toEqual([{ deleteBranch: true }]);
  });

  async function approved(settings = 'merge: automatic'): Promise<void> {
    shop = await createReviewWorld(['gates: { approval: {} }', `pullRequest: { ${settings} }`]);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.commit('main', 'README.md', 'moved\n');
  }

  /** Has the forge answer merges with these, and merge after them. */
  function answerWith(...answers: readonly MergeOutcome[]): void {
    asked = [];
    const { pullRequests } = shop.forge;
    const { merge } = pullRequests;
    Object.assign(pullRequests, {
      merge: async (...[pull, method, options]: Parameters<typeof merge>) => {
        asked.push(options);
        return answers[asked.length - 1] ?? (await merge(pull, method, options));
      },
    });
  }
});

function pinsOf({ groups }: ApplyResult) {
  return groups[0]?.done?.pins;
}

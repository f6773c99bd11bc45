import { expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import type { GroupDecision, Judged } from '../../src/gates/decide.ts';
import { countsHeading } from '../../src/reports/counts.ts';
import { groupBlocks } from '../../src/reports/plan.ts';
import { render } from '../../src/reports/render.ts';
import { candidate } from '../fixtures/candidates.ts';

const open = (image: string): Judged => ({ image, candidate: candidate(image), verdicts: [] });
const shut = (image: string): Judged => ({
  ...open(image),
  verdicts: [{ kind: 'closed', gate: 'hold', reason: 'held', hint: 'lift' }],
});
const broken = (image: string): Judged => ({
  image,
  verdicts: [],
  failure: new PromoteError('REGISTRY', 'no'),
});

/** A decision on these images, the open ones of which are planned. */
function decision(group: string, judged: readonly Judged[]): GroupDecision {
  const members = judged.flatMap(({ candidate: found, verdicts }) =>
    found && verdicts.length === 0 ? [found] : [],
  );
  return {
    group,
    judged,
    state: members.length > 0 ? 'ready' : 'closed',
    members,
  } as unknown as GroupDecision;
}

it.each([
  [[['all', [open('a'), shut('b'), shut('c')]]], 'production: 1 of 3 ready, 2 closed'],
  [
    [
      ['a', [open('a')]],
      ['b', [broken('b')]],
    ],
    'production: 1 of 2 ready, 1 failed',
  ],
  [[], 'production: no image to promote'],
] as const)('counts images first: %#', (groups, expected) => {
  const decided = groups.map(([group, judged]) => {
    const made = decision(group, judged);
    return { decision: made, state: made.state };
  });
  const text = render({ blocks: [countsHeading('production', decided)], json: {} }, 'text', false);
  expect(text).toBe(`${expected}\n`);
});

it('counts what is there already apart from what a closed gate keeps out, and titles neither done', () => {
  const there = { ...open('a'), isComplete: true };
  const closed = { group: 'all', judged: [there, shut('b'), shut('c')], state: 'closed' } as const;
  const report = {
    blocks: [countsHeading('qa', [{ decision: closed, state: 'closed' }]), ...groupBlocks(closed)],
  };
  const [counts, title] = render({ ...report, json: {} }, 'text', false).split('\n');
  expect([counts, title]).toEqual(['qa: 2 of 3 closed, 1 nothing to do', 'b, c closed']);
  const judged = ['a', 'b', 'c', 'd', 'e'].map(open);
  const partly = decision('all', [...judged, shut('f')]);
  const [ready] = groupBlocks(partly);
  expect(ready?.kind === 'line' && ready.phrases[0]?.text).toBe('5 of 6 images');
});

it.each([
  ['all', ['a', 'b'], 'a, b'],
  ['all', ['a', 'b', 'c', 'd'], '4 images'],
  ['a', ['a'], 'a'],
  ['rollback+all', ['a', 'b'], 'rollback of a, b'],
  ['shop', ['a', 'b'], 'group "shop"'],
])('a group %s of %j is titled %s', (group, images, expected) => {
  const [title] = groupBlocks(decision(group, images.map(shut)));
  expect(title?.kind === 'line' && title.phrases[0]?.text).toBe(expected);
});

import { expect, it } from 'vitest';
import { branchFindings, branchUse, checkComments, checkGatedBranches } from '../../src/plan/check-branch.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const TEXTS = new Map([['qa/api.yaml', 'image: { repository: registry.example/qa/api, tag: "1" }\n']]);
const PINS = imagePins(environments(), environment(), TEXTS);

it('says what an environment does with its branch', () => {
  const proposing = environment({ commit: 'pull-request' });
  expect(branchUse(environment({ commit: 'direct' }), PINS)).toEqual({ commit: 'direct' });
  const use = { commit: 'pull-request', status: 'promote/gate', former: ['promote/qa/api'], merges: false };
  expect(branchUse(proposing, PINS)).toEqual(use);
  const merge = { kind: 'automatic', method: 'merge', deleteBranch: false } as const;
  const merging = { ...proposing, pullRequest: { ...proposing.pullRequest, merge } };
  expect(branchUse(merging, PINS)).toEqual({ ...use, merges: true });
});

it('names approval by comment where the forge does not prove it', () => {
  const approval = { by: 'comment', count: 1, users: [], teams: [] } as const;
  for (const given of [{ gates: { approval } }, { rollback: { approval } }]) {
    expect(checkComments(environment(given), false)).toMatchObject([
      { severity: 'error', subject: environment().name, hint: 'write `by: review`' },
    ]);
    expect(checkComments(environment(given), true)).toEqual([]);
  }
  const review = { ...approval, by: 'review' } as const;
  expect(checkComments(environment({ gates: { approval: review } }), false)).toEqual([]);
});

it.each([
  ['ok', 'note'],
  ['warning', 'warning'],
  ['error', 'error'],
] as const)('tells a rule that says %s as a %s', (verdict, severity) => {
  const rules = [{ verdict, text: 'what it says', hint: 'what helps' }];
  expect(branchFindings(environment(), rules)).toEqual([
    {
      severity,
      subject: environment().name,
      message: 'what it says',
      hint: 'what helps',
      ok: verdict === 'ok' ? true : undefined,
    },
  ]);
});

it('names gated environments on several branches of one repository, whose statuses hold for every base', () => {
  const at = (name: string, branch: string, repository = 'a') => ({ name, branch, repository });
  expect(checkGatedBranches([at('qa', 'main'), at('live', 'main'), at('eu', 'eu', 'b')])).toEqual([]);
  expect(checkGatedBranches([at('qa', 'qa'), at('live', 'main')])).toMatchObject([
    { severity: 'warning', subject: 'qa', message: expect.stringContaining('are on qa and main') },
  ]);
});

import { describe, expect, it } from 'vitest';
import type { BranchRule, BranchUse } from '../../src/forges/forge.ts';
import { branchRules as onGitHub } from '../../src/forges/github/branch-rules.ts';
import { branchRules as onGitLab } from '../../src/forges/gitlab/branch-rules.ts';
import type { MergeRequirements } from '../../src/forges/gitlab/merge-requirements.ts';

const USE = {
  commit: 'pull-request',
  status: 'promote/gate',
  former: ['promote/qa/api'],
  merges: false,
} as const;
const MERGES = { ...USE, merges: true };
const DIRECT = { commit: 'direct' } as const;

const seen = (rules: readonly BranchRule[]) =>
  rules.map(({ verdict, text, hint }) => [verdict, `${text} ${hint ?? ''}`]);

describe('on GitHub a status', () => {
  it.each([
    ['not required', [], 'warning'],
    ['required of anyone', [{ context: 'promote/gate' }], 'warning'],
    ['required of an App', [{ context: 'promote/gate', app: 7 }], 'ok'],
  ] as const)('that is %s', (_, statuses, verdict) => {
    const required = statuses.map(status => ({ ...status, by: 'ruleset' as const }));
    expect(onGitHub('main', USE, required)).toMatchObject([{ verdict }]);
    expect(onGitHub('main', DIRECT, required)).toEqual([]);
  });
});

it('on GitHub a status of one group, which is required, is to be replaced', () => {
  const required = ['promote/qa/api', 'promote/gate'].map(context => ({
    context,
    app: 7,
    by: 'ruleset' as const,
  }));
  expect(seen(onGitHub('main', USE, required))).toMatchObject([
    ['ok', expect.anything()],
    ['warning', expect.stringContaining('require promote/gate in its place')],
  ]);
});

describe('on GitLab', () => {
  const sound: MergeRequirements = {
    pipeline: 'must-succeed',
    ownPipelines: 'none',
    mergeTrains: false,
    forks: true,
    outdated: undefined,
    discussions: 'free',
    branch: { pushedBy: 'maintainers', mayPush: true },
    approvals: [{ name: 'Release', count: 2, users: [], groups: [] }],
  };
  const ok = ['ok', 'promote/gate'] as const;

  it.each<[string, Partial<MergeRequirements>, BranchUse, readonly (readonly [string, string])[]]>([
    ['a merge waits for the pipeline', {}, USE, [ok]],
    ['it waits for none', { pipeline: 'free' }, USE, [['warning', 'Pipelines must succeed']]],
    [
      'a later pipeline of its own does not have the status',
      { ownPipelines: 'without-gate' },
      USE,
      [ok, ['warning', 'the component gate']],
    ],
    ['nor have those of a merge train', { mergeTrains: true }, USE, [ok, ['warning', 'merge train']]],
    [
      'a job answers, which a fork may write itself',
      { ownPipelines: 'with-gate', mergeTrains: true },
      USE,
      [ok, ['warning', 'proves nothing']],
    ],
    ['a job answers, and nobody forks', { ownPipelines: 'with-gate', forks: false }, USE, [ok]],
    ['GitLab is too old', { outdated: '17.10.4' }, USE, [['error', '17.11'], ok]],
    ['a skipped one suffices', { pipeline: 'may-be-skipped' }, USE, [['warning', 'Skipped pipelines']]],
    [
      'Developers push past it',
      { branch: { pushedBy: 'developers', mayPush: true } },
      USE,
      [ok, ['warning', 'Protected branches']],
    ],
    ['GitLab asks for approvals of its own', {}, MERGES, [ok, ['ok', '"Release" asks for 2']]],
    [
      'GitLab asks for discussions to be resolved',
      { discussions: 'must-be-resolved', approvals: undefined },
      MERGES,
      [ok, ['ok', 'every discussion']],
    ],
    ['discussions matter to nobody but who merges', { discussions: 'must-be-resolved' }, USE, [ok]],
    ['a direct commit is let through', {}, DIRECT, []],
    [
      'a direct commit is not',
      { branch: { pushedBy: 'maintainers', mayPush: false } },
      DIRECT,
      [['error', 'Protected branches']],
    ],
  ])('%s', (_, rules, use, expected) => {
    const wanted = expected.map(([verdict, words]) => [verdict, expect.stringContaining(words)]);
    expect(seen(onGitLab('main', use, { ...sound, ...rules }))).toEqual(wanted);
  });
});

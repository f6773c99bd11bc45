import { describe, expect, it } from 'vitest';
import type { BranchRule, BranchUse } from '../../src/forges/branch-rule.ts';
import { branchRules as onForgejo } from '../../src/forges/forgejo/branch-rules.ts';
import type { Protection } from '../../src/forges/forgejo/protection.ts';
import { isNamedBy } from '../../src/forges/forgejo/status-globs.ts';
import { judgeVersion } from '../../src/forges/forgejo/version.ts';
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

describe('on GitLab', () => {
  const sound: MergeRequirements = {
    pipeline: 'must-succeed',
    ownPipelines: 'none',
    mergeTrains: false,
    wantsRebase: true,
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
    ['its base may be older', { wantsRebase: false }, USE, [ok, ['warning', 'semi-linear']]],
    [
      'a train tests it on its base',
      { wantsRebase: false, mergeTrains: true },
      USE,
      [ok, ['warning', 'merge train']],
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

describe('on Forgejo', () => {
  it.each<[string, ReturnType<typeof judgeVersion>]>([
    ['6.0.2+gitea-1.21.11', { product: 'Forgejo', version: '6.0.2+gitea-1.21.11', oldest: '7.0' }],
    ['7.0.0+gitea-1.22.0', undefined],
    ['15.0.0-dev-12-abc+gitea-1.22.0', undefined],
    ['1.20.6-1+0-gitea-1.20.6', { product: 'Forgejo', version: '1.20.6-1+0-gitea-1.20.6', oldest: '7.0' }],
    ['1.19.4', { product: 'Gitea', version: '1.19.4', oldest: '1.20' }],
    ['1.20.0', undefined],
    ['1.26.0+dev-3', undefined],
    ['development', undefined],
  ])('version %s is judged', (version, expected) => expect(judgeVersion(version)).toEqual(expected));

  const rule = { isPushedToByAll: false, bindsAdministrators: true, wantsSigned: false };
  const sound: Protection = {
    isProtected: true,
    statuses: ['promote/*'],
    approvals: 0,
    mayPush: false,
    mayMerge: true,
    outdated: undefined,
    rule,
  };
  const ok = ['ok', 'promote/gate'] as const;
  const free = ['warning', 'Enable Status Check'] as const;

  it.each<[string, Partial<Protection>, BranchUse, readonly (readonly [string, string])[]]>([
    ['the status is required by a glob', {}, USE, [ok, ['warning', 'require promote/gate in its place']]],
    ['it is required by name', { statuses: ['promote/gate'] }, USE, [ok]],
    [
      'the instance is too old',
      { statuses: ['promote/gate'], outdated: { product: 'Gitea', version: '1.19.4', oldest: '1.20' } },
      USE,
      [['error', 'Gitea 1.19.4 is older than 1.20'], ok],
    ],
    ['no status is required', { statuses: undefined }, USE, [free]],
    ['every status must be green, which is none by its name', { statuses: [] }, USE, [free]],
    [
      'nothing protects it',
      { isProtected: false, statuses: undefined, rule: undefined },
      USE,
      [free, ['warning', 'may push']],
    ],
    [
      'all who may write push past it',
      { statuses: ['promote/gate'], rule: { ...rule, isPushedToByAll: true } },
      USE,
      [ok, ['warning', 'may push']],
    ],
    [
      'administrators merge past it',
      { statuses: ['promote/gate'], rule: { ...rule, bindsAdministrators: false } },
      USE,
      [ok, ['warning', 'administrators']],
    ],
    [
      'who may not read the rule is told what everybody sees',
      { statuses: ['promote/gate'], rule: undefined },
      USE,
      [ok],
    ],
    [
      'promote may not merge',
      { statuses: ['promote/gate'], mayMerge: false },
      MERGES,
      [ok, ['error', 'may not merge']],
    ],
    [
      'it asks for approvals of its own',
      { statuses: ['promote/gate'], approvals: 2 },
      MERGES,
      [ok, ['ok', 'asks for 2']],
    ],
    ['a direct commit is let through', { mayPush: true }, DIRECT, []],
    ['a direct commit is not', {}, DIRECT, [['error', 'may not push']]],
    [
      'a direct commit has to be signed',
      { mayPush: true, rule: { ...rule, wantsSigned: true } },
      DIRECT,
      [['warning', 'signature']],
    ],
  ])('%s', (_, given, use, expected) => {
    const wanted = expected.map(([verdict, words]) => [verdict, expect.stringContaining(words)]);
    expect(seen(onForgejo('main', use, { ...sound, ...given }))).toEqual(wanted);
  });

  it.each<[string, string, boolean]>([
    ['promote/gate', 'promote/gate', true],
    ['promote/gate', 'promote/gates', false],
    ['promote*', 'promote/qa/api', true],
    ['*', 'promote/gate', true],
    ['promote/????', 'promote/gate', true],
    ['promote/{gate,qa}', 'promote/gate', true],
    ['promote/[!g]ate', 'promote/gate', false],
    ['promote.gate', 'promote/gate', false],
    ['ci / build (push)', 'ci / build (push)', true],
  ])('%s names %s: %s', (glob, context, isNamed) => {
    expect(isNamedBy(glob, context)).toBe(isNamed);
  });
});

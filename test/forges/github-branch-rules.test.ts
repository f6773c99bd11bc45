import { describe, expect, it } from 'vitest';
import type { BranchRule } from '../../src/forges/branch-rule.ts';
import type { PushRule, StatusSource } from '../../src/forges/github/branch-guard.ts';
import { branchRules as onGitHub } from '../../src/forges/github/branch-rules.ts';

const USE = {
  commit: 'pull-request',
  status: 'promote/gate',
  former: ['promote/qa/api'],
  merges: false,
} as const;
const DIRECT = { commit: 'direct' } as const;

const seen = (rules: readonly BranchRule[]) =>
  rules.map(({ verdict, text, hint }) => [verdict, `${text} ${hint ?? ''}`]);

const OUR_APP = { kind: 'app', id: 7, name: 'App 7 (promote)' } as const;

describe('on GitHub a status', () => {
  it.each<[string, StatusSource, number | 'any' | 'not', readonly [string, string]]>([
    ['that is not required', OUR_APP, 'not', ['warning', 'status promote/gate on main of App 7 (promote)']],
    ['not required, where no App acts', { kind: 'job' }, 'not', ['warning', 'a GitHub App of your own']],
    ['that anyone may set', { kind: 'job' }, 'any', ['warning', 'any workflow on any branch']],
    ['that every workflow may set', { kind: 'job' }, 15_368, ['warning', 'from every workflow']],
    ['of the App that acts', OUR_APP, 7, ['ok', 'App 7 (promote), which this login is']],
    ['of another App', OUR_APP, 8, ['error', 'log in as App 8']],
    ['of an App, where a job acts', { kind: 'job' }, 7, ['error', "a job's own token"]],
    ['of an App, where a person acts', { kind: 'person', name: 'alice' }, 7, ['error', 'are of no App']],
    ['of an App, where nobody knows who acts', { kind: 'unknown' }, 7, ['ok', 'of App 7']],
  ])('%s', (_, source, app, [verdict, words]) => {
    const context = 'promote/gate';
    const one = { context, by: 'ruleset', ...(typeof app === 'number' && { app }) } as const;
    const guard = { required: app === 'not' ? [] : [one], pushes: [], source };
    expect(seen(onGitHub('main', USE, guard))).toEqual([[verdict, expect.stringContaining(words)]]);
    expect(onGitHub('main', DIRECT, guard)).toEqual([]);
  });

  it.each<[string, boolean | undefined, readonly string[]]>([
    ['on any base', false, ['ok', 'warning']],
    ['on the present base', true, ['ok']],
    ['on bases that GitHub does not name', undefined, ['ok']],
  ])('that is green %s', (_, isFresh, verdicts) => {
    const required = [{ context: 'promote/gate', app: 7, by: 'ruleset' as const }];
    const rules = onGitHub('main', USE, { required, isFresh, pushes: [], source: OUR_APP });
    expect(rules.map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('of one group, which is required, is to be replaced', () => {
    const required = ['promote/qa/api', 'promote/gate'].map(context => ({
      context,
      app: 7,
      by: 'ruleset' as const,
    }));
    expect(seen(onGitHub('main', USE, { required, pushes: [], source: OUR_APP }))).toMatchObject([
      ['ok', expect.anything()],
      ['warning', expect.stringContaining('require promote/gate in its place')],
    ]);
  });
});

it.each<[string, PushRule, readonly [string, string]]>([
  [
    'a ruleset refuses',
    { name: '"main" (pull_request)', mayPass: false },
    ['error', 'take `commit: direct` out'],
  ],
  [
    'a ruleset lets pass',
    { name: '"main" (pull_request)', mayPass: true },
    ['ok', 'may push past ruleset "main"'],
  ],
  ['a ruleset may refuse', { name: 'pull_request' }, ['warning', 'may refuse']],
  ['protection may refuse', {}, ['warning', 'Settings, Branches']],
])('on GitHub %s a direct commit', (_, rule, [verdict, words]) => {
  const guard = { required: [], pushes: [rule], source: OUR_APP };
  expect(seen(onGitHub('main', DIRECT, guard))).toEqual([[verdict, expect.stringContaining(words)]]);
  expect(onGitHub('main', USE, guard)).toHaveLength(1);
});

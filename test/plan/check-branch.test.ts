import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import { type BranchRules, checkBranch } from '../../src/plan/check-branch.ts';
import { imagePins } from '../../src/plan/image-pins.ts';
import { environment, environments } from '../fixtures/candidates.ts';

const TEXTS = new Map([['qa/api.yaml', 'image: { repository: registry.example/qa/api, tag: "1" }\n']]);
const PINS = imagePins(environments(), TEXTS);

const found = (rules: BranchRules, changes: Partial<Environment> = {}) =>
  checkBranch(environment({ commit: 'pull-request', ...changes }), 'main', PINS, rules).map(
    ({ severity, message, hint }) => [severity, `${message} ${hint ?? ''}`],
  );
const direct = { commit: 'direct' } as const;

describe('on GitHub a status', () => {
  it.each([
    ['not required', [], 'warning'],
    ['required of another environment', [{ context: 'promote/dev/api', app: 7 }], 'warning'],
    ['required of anyone', [{ context: 'promote/qa/api' }], 'warning'],
    ['required of an App', [{ context: 'promote/qa/api', app: 7 }], 'note'],
  ] as const)('that is %s', (_, statuses, severity) => {
    expect(found({ forge: 'github', statuses })).toMatchObject([[severity, expect.any(String)]]);
    expect(found({ forge: 'github', statuses }, direct)).toEqual([]);
  });
});

describe('on GitLab', () => {
  const sound: Extract<BranchRules, { forge: 'gitlab' }> = {
    forge: 'gitlab',
    pipeline: 'must-succeed',
    discussions: 'free',
    branch: { pushedBy: 'maintainers', mayPush: true },
    approvals: [{ name: 'Release', count: 2 }],
  };
  const automatic = { kind: 'automatic', method: 'merge' } as const;
  const merges = { pullRequest: { ...environment().pullRequest, merge: automatic } };

  it.each<[string, Partial<typeof sound>, Partial<Environment>, readonly (readonly [string, string])[]]>([
    ['a merge waits for the pipeline', {}, {}, [['note', 'promote/qa/api']]],
    ['it waits for none', { pipeline: 'free' }, {}, [['warning', 'Pipelines must succeed']]],
    ['a skipped one suffices', { pipeline: 'may-be-skipped' }, {}, [['warning', 'Skipped pipelines']]],
    [
      'Developers push past it',
      { branch: { pushedBy: 'developers', mayPush: true } },
      {},
      [
        ['note', 'promote/qa/api'],
        ['warning', 'Protected branches'],
      ],
    ],
    [
      'GitLab asks for approvals of its own',
      {},
      merges,
      [
        ['note', 'promote/qa/api'],
        ['note', '"Release" asks for 2'],
      ],
    ],
    [
      'GitLab asks for discussions to be resolved',
      { discussions: 'must-be-resolved', approvals: undefined },
      merges,
      [
        ['note', 'promote/qa/api'],
        ['note', 'every discussion'],
      ],
    ],
    [
      'discussions matter to nobody but who merges',
      { discussions: 'must-be-resolved' },
      {},
      [['note', 'promote/qa/api']],
    ],
    ['a direct commit is let through', {}, direct, []],
    [
      'a direct commit is not',
      { branch: { pushedBy: 'maintainers', mayPush: false } },
      direct,
      [['error', 'Protected branches']],
    ],
  ])('%s', (_, rules, changes, expected) => {
    const wanted = expected.map(([severity, words]) => [severity, expect.stringContaining(words)]);
    expect(found({ ...sound, ...rules }, changes)).toEqual(wanted);
  });
});

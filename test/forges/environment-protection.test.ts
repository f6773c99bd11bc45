import { describe, expect, it } from 'vitest';
import { locateForge } from '../../src/forges/open.ts';
import { createHttp } from '../../src/http/http.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

describe('the protection of an environment of GitHub', () => {
  const reviewers = { id: 1, node_id: 'a', type: 'required_reviewers', reviewers: [] };
  const timer = { id: 2, node_id: 'b', type: 'wait_timer', wait_timer: 30 };
  const custom = [
    { id: 3, node_id: 'c', enabled: true, app: { id: 4, slug: 'drift', node_id: 'd' } },
    { id: 5, node_id: 'e', enabled: false, app: { id: 6, slug: 'idle', node_id: 'f' } },
  ];

  it.each<[string, readonly object[], object]>([
    [
      'asks reviewers',
      [reviewers],
      { asksPeople: true, againstSelf: expect.stringContaining('self-review') },
    ],
    [
      'keeps whoever started it out',
      [{ ...reviewers, prevent_self_review: true }],
      { againstSelf: undefined },
    ],
    [
      'only waits',
      [timer],
      { asksPeople: false, waitsFor: ['a timer of 30 minutes', 'the rule of App drift'] },
    ],
  ])('%s', async (_, rules, expected) => {
    const server = await github.useGitHub();
    const shown = { id: 1, name: 'production', protection_rules: rules };
    server.world.environments.set('production', { shown, custom });
    const forge = github.openForge(server);
    expect(await forge.environmentProtection('production')).toMatchObject(expected);
    expect(await forge.environmentProtection('absent')).toBeUndefined();
  });
});

describe('the protection of an environment of GitLab', () => {
  it.each<[string, object, boolean, object]>([
    [
      'asks by its rules',
      { approval_rules: [{ required_approvals: 1 }] },
      false,
      { asksPeople: true, againstSelf: undefined },
    ],
    [
      'asks by its count',
      { required_approval_count: 2 },
      true,
      { asksPeople: true, againstSelf: expect.any(String) },
    ],
    ['asks nobody', { required_approval_count: 0, approval_rules: [] }, false, { asksPeople: false }],
  ])('%s', async (_, shown, selfApproval, expected) => {
    const server = await gitlab.useGitLab();
    gitlab.pushFiles(server, { 'README.md': '# gitops\n' });
    server.world.protectedEnvironments.set('production', shown);
    server.world.settings.selfApproval = selfApproval;
    const forge = gitlab.openForge(server);
    expect(await forge.environmentProtection('production')).toMatchObject(expected);
    expect(await forge.environmentProtection('absent')).toBeUndefined();
  });
});

describe('the protection of an environment of Forgejo', () => {
  it('of Forgejo is none, and nothing is asked for it', async () => {
    const settings = {
      env: { PROMOTE_FORGEJO_TOKEN: 'x' },
      http: createHttp(),
      git: { executable: undefined, author: { name: 'Promote', email: 'promote@example.com' } },
      localBlob: undefined,
      notice: () => undefined,
      log: () => undefined,
      signal: new AbortController().signal,
    };
    const opened = locateForge({}, 'https://codeberg.org/acme/gitops', undefined)?.open(settings);
    expect([await opened?.environmentProtection('production'), await opened?.runApprovals()]).toEqual([
      undefined,
      [],
    ]);
    expect(await opened?.compare('https://github.com/acme/api', 'a', 'b')).toBeUndefined();
    await opened?.close();
  });
});

import { describe, expect, it } from 'vitest';
import { tokenRights as ofForgejo } from '../../src/forges/forgejo/token-rights.ts';
import type { TokenUse } from '../../src/forges/token-right.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { APP, BOT, tokenOf } from '../servers/github.ts';
import { describeWith } from '../servers/tools.ts';
import { openForge as openGitHub, useGitHub } from './github-fixture.ts';
import { openForge as openGitLab, useGitLab } from './gitlab-fixture.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const USE: TokenUse = { pullRequests: true, teams: false, deployments: false, now: NOW };
const TEAMS = { ...USE, teams: true };
const DIRECT = { ...USE, pullRequests: false };
const RECORDING = { ...USE, deployments: true };
const NEEDED = /contents: write, pull-requests: write and statuses: write/;

describe('what a token of GitHub may do', () => {
  it.each<[string, string, TokenUse, readonly object[]]>([
    ['a private repository', 'repo, workflow', USE, [{ verdict: 'ok', text: /repo, workflow/ }]],
    ['public ones alone', 'public_repo', USE, [{ verdict: 'error', text: /needs repo$/ }]],
    ['nothing', '', USE, [{ verdict: 'error', text: /no scope, and needs repo$/ }]],
    ['all but teams', 'repo', TEAMS, [{ verdict: 'error', text: /needs read:org$/ }]],
    ['teams', 'repo, admin:org', TEAMS, [{ verdict: 'ok' }]],
  ])('is read from the scopes of a classic one: %s', async (_, scopes, use, expected) => {
    const server = await useGitHub();
    server.world.settings.scopes = scopes;
    expectRights(await openGitHub(server).tokenRights(use), expected);
    expect(server.calls()).toEqual(['GET /repos/acme/gitops']);
  });

  it.each([
    ['2026-12-07 12:00:00 UTC', [{ verdict: 'warning', text: /ends on 2026-12-07/ }, { verdict: 'ok' }]],
    ['2026-12-08 01:00:00 +0200', [{ verdict: 'warning', text: /ends on 2026-12-07/ }, { verdict: 'ok' }]],
    ['2027-06-01 12:00:00 UTC', [{ verdict: 'ok' }]],
  ])('ends on %s', async (end, expected) => {
    const server = await useGitHub();
    Object.assign(server.world.settings, { scopes: 'repo', tokensEnd: end });
    expectRights(await openGitHub(server).tokenRights(USE), expected);
  });

  it.each([
    ['fine-grained', tokenOf(BOT), /^it needs/],
    ["a job's", JOB_TOKEN, /^the job's permissions need/],
  ])('is not told of one that is %s', async (_, token, hint) => {
    const server = await useGitHub();
    const forge = openGitHub(server, { auth: { kind: 'token', token } });
    const [right, ...more] = await forge.tokenRights(USE);
    expect(more).toEqual([]);
    expectRights([right], [{ verdict: 'unknown', hint }]);
    expectRights([right], [{ hint: NEEDED }]);
    expectRights(await forge.tokenRights(RECORDING), [{ hint: /statuses: write and deployments: write/ }]);
  });

  it.each([
    ['has what it needs', USE, { verdict: 'ok' }],
    ['may not read teams', TEAMS, { verdict: 'error', text: /members: read$/ }],
    ['may not record deployments', RECORDING, { verdict: 'error', text: /deployments: write$/ }],
  ])("is read from an App's installation, which %s", async (_, use, expected) => {
    const server = await useGitHub();
    const auth = { kind: 'app', id: String(APP), key: server.appKey } as const;
    expectRights(await openGitHub(server, { auth }).tokenRights(use), [expected]);
  });
});

describeWith(['git'], 'what a token of GitLab may do', () => {
  it.each<[string, object, TokenUse, readonly object[]]>([
    ['all', { scopes: ['api'] }, USE, [{ verdict: 'ok', text: /api/ }]],
    ['reading', { scopes: ['read_api'] }, USE, [{ verdict: 'error', text: /read_api, and needs api$/ }]],
    ['pushing', { scopes: ['read_api', 'write_repository'] }, DIRECT, [{ verdict: 'ok' }]],
    ['only pushing', { scopes: ['write_repository'] }, DIRECT, [{ verdict: 'error' }]],
    ['what is not told', { scopes: ['granular'] }, USE, [{ verdict: 'unknown' }]],
    [
      'all for a week',
      { scopes: ['api'], expires_at: '2026-12-07' },
      USE,
      [{ verdict: 'warning', text: /2026-12-07/ }, { verdict: 'ok' }],
    ],
  ])('is %s', async (_, token, use, expected) => {
    const server = await useGitLab();
    server.world.tokens.set('theirs', { username: 'promote', kind: 'private', scopes: [], ...token });
    expectRights(await openGitLab(server, { token: 'theirs' }).tokenRights(use), expected);
  });

  it.each<['job' | 'oauth', TokenUse, object]>([
    ['job', USE, { verdict: 'error', text: /CI_JOB_TOKEN/, hint: /scope api/ }],
    ['job', DIRECT, { verdict: 'unknown', hint: /Job token permissions/ }],
    ['oauth', USE, { verdict: 'unknown', text: /personal access token/ }],
  ])('is told of one of the kind %s', async (tokenKind, use, expected) => {
    const server = await useGitLab();
    expectRights(await openGitLab(server, { tokenKind }).tokenRights(use), [expected]);
  });
});

it.each([
  ['token', TEAMS, /write:repository, write:issue, read:user, read:organization;/],
  ['token', DIRECT, /write:repository, read:user;/],
  ['job', USE, /this repository alone/],
] as const)('Forgejo tells nothing of a %s, and the line says what is needed', (kind, use, hint) => {
  expectRights(ofForgejo(kind, use), [{ verdict: 'unknown', hint }]);
});

function expectRights(found: readonly unknown[], expected: readonly object[]): void {
  const wanted = expected.map(right =>
    Object.fromEntries(
      Object.entries(right).map(([key, value]) => [
        key,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    ),
  );
  expect(found).toEqual(wanted.map(right => expect.objectContaining(right)));
}

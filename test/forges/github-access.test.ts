import { describe, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { change } from '../git/fixture.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { APP, BOT, type GitHubFault, READER, tokenOf } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const CONTENT = { title: 't', body: 'b', labels: [], reviewers: [], assignees: [], draft: false };

describe('who asks GitHub', () => {
  it('finds the installation of an App by itself and commits as it', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { 'values.yaml': 'a\n' });
    const { repository } = openForge(server, { auth: { kind: 'app', id: String(APP), key: server.appKey } });
    const outcome = await repository.commit(change(head, { 'values.yaml': 'b\n' }));
    expect(outcome.kind).toBe('committed');
  });

  it('says that an App is not installed, or that its key is none', async () => {
    const server = await useGitHub();
    const auth = { kind: 'app', id: String(APP), key: server.appKey } as const;
    const elsewhere = openForge(server, { auth, repo: 'elsewhere' }).repository.head('main');
    await expect(elsewhere).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('install'),
    });
    const keyless = openForge(server, { auth: { ...auth, key: 'secret' } }).repository.head('main');
    await expect(keyless).rejects.toMatchObject({ code: 'KEY' });
    await expect(keyless).rejects.not.toThrow('secret');
  });

  it('stops where the caller gives up', async () => {
    const server = await useGitHub();
    const { repository } = openForge(server, { signal: AbortSignal.abort() });
    await expect(repository.head('main')).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('reaches an Enterprise Server below its API path', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { 'values.yaml': 'a\n' });
    const { repository } = openForge(server, { apiUrl: `${server.url}/api/v3` });
    await repository.commit(change(head, { 'values.yaml': 'b\n' }));
    expect(server.calls().some(line => line === 'POST /api/graphql')).toBe(true);
    expect(repository.name).toBe(`${server.url}/acme/gitops`);
  });

  it('asks nothing, and loads nothing, before it is used', async () => {
    const server = await useGitHub();
    openForge(server);
    expect(server.calls()).toEqual([]);
  });

  it.each([
    ["a job's own token", JOB_TOKEN, 1],
    ["a person's token", tokenOf(BOT), 0],
  ])('tells once, and asks GitHub once, what does not start: %s', async (_, token, times) => {
    const server = await useGitHub();
    const head = await pushFiles(server, { 'values.yaml': 'a\n' });
    const notices: string[] = [];
    const auth = { kind: 'token', token } as const;
    const { repository, pullRequests } = openForge(server, { auth, notice: text => notices.push(text) });
    const made = await repository.commit(change(head, { 'values.yaml': 'b\n' }));
    const parent = made.kind === 'committed' ? made.commit : '';
    await repository.commit(
      change(parent, { 'values.yaml': 'c\n' }, { branch: 'promote/qa/api', expected: undefined }),
    );
    await pullRequests.open('promote/qa/api', 'main', CONTENT);
    expect(notices).toHaveLength(times);
    // The move of a branch that is there is GraphQL too.
    expect(server.calls().filter(call => call.endsWith(' /graphql'))).toHaveLength(1 + times);
  });

  const REFUSALS: Readonly<Record<string, readonly [GitHubFault, code: string, hint: RegExp]>> = {
    'an unknown token': [
      { when: 'instead', status: 401, body: { message: 'Bad credentials' } },
      'UNAUTHORIZED',
      /token/,
    ],
    'a missing permission': [
      {
        when: 'instead',
        status: 403,
        headers: { 'x-accepted-github-permissions': 'pull_requests=write; contents=write,workflows=write' },
        body: { message: 'Resource not accessible by integration' },
      },
      'FORBIDDEN',
      /needs pull-requests: write, or contents: write and workflows: write/,
    ],
    'a missing scope': [
      {
        when: 'instead',
        status: 404,
        headers: { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist' },
        body: { message: 'Not Found' },
      },
      'NOT_FOUND',
      /needs the scope repo/,
    ],
    'the setting of personal repositories': [
      {
        when: 'instead',
        status: 403,
        body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
      },
      'FORBIDDEN',
      /Settings, Actions/,
    ],
    'a used up limit': [
      { when: 'instead', status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
      'UNREACHABLE',
      /later/,
    ],
  };
  for (const [what, [fault, code, hint]] of Object.entries(REFUSALS)) {
    it(`says what helps against ${what}`, async () => {
      const server = await useGitHub();
      server.faults = () => fault;
      const opened = openForge(server).pullRequests.open('promote/qa/api', 'main', CONTENT);
      await expect(opened).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
    });
  }

  it('gives what GitHub lists besides in words', async () => {
    const server = await useGitHub();
    const errors = [
      { message: 'No commits between main and it' },
      'told alone',
      { field: 'head', code: 'invalid' },
    ];
    server.faults = () => ({
      when: 'instead',
      status: 422,
      body: { message: 'Validation Failed', errors, documentation_url: 'https://docs.github.com' },
    });
    const opened = openForge(server).pullRequests.open('promote/qa/api', 'main', CONTENT);
    await expect(opened).rejects.toMatchObject({
      said: 'Validation Failed: No commits between main and it, told alone, head invalid',
    });
  });

  it('shows no secret, whatever a server echoes', async () => {
    const server = await useGitHub();
    const secret = tokenOf(READER);
    server.faults = () => ({
      when: 'instead',
      status: 422,
      body: { message: `::error::${secret}\n${secret}` },
    });
    const { repository } = openForge(server, { auth: { kind: 'token', token: secret } });
    const error = await repository.head('main').catch(thrown => thrown);
    expect(error).toBeInstanceOf(PromoteError);
    const seen = JSON.stringify([error, error.message, error.stack, String(error.cause), error.said]);
    expect(seen).not.toContain(secret);
    expect(error.message).not.toContain('\n');
  });

  it('names the reason of a connection that fails, without the token', async () => {
    const server = await useGitHub();
    const { repository } = openForge(server, {
      apiUrl: 'http://127.0.0.1:9',
      signal: AbortSignal.timeout(30_000),
    });
    await expect(repository.head('main')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  }, 30_000);
});

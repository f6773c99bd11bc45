import { describe, expect, it } from 'vitest';
import { Moved, newPlace } from '../../src/forges/github/moved.ts';
import { change } from '../git/fixture.ts';
import { refusal } from '../servers/github/request.ts';
import { APP } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const BRANCH = 'promote/qa/api';
const CONTENT = { title: 't', body: 'b', labels: [], reviewers: [], assignees: [], draft: false };

async function useBranch() {
  const server = await useGitHub();
  const base = await pushFiles(server, { 'values.yaml': 'image: a\n' });
  const head = await pushFiles(server, { 'values.yaml': 'image: b\n' }, { branch: BRANCH, on: 'main' });
  return { server, base, head };
}

describe('a refusal of GitHub names its rule and cure', () => {
  // Each text is GitHub's own.
  it.each<[string, number, string, RegExp, Record<string, string>?]>([
    ['archived', 403, 'Repository was archived so is read-only.', /unarchive/],
    [
      'the IP allow list',
      403,
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      /runner.*IP allow list/,
    ],
    [
      "the token's lifetime",
      403,
      "The `acme` organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1",
      /expires sooner/,
    ],
    ['a suspended account', 403, 'Sorry. Your account was suspended', /suspended.*GitHub App/],
    [
      'single sign-on',
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      /https:\/\/github\.com\/orgs\/acme\/sso\?authorization_request=AZ/,
      { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=AZ' },
    ],
    [
      'signatures',
      422,
      'Repository rule violations found\n\nCommits must have verified signatures.\n\n',
      /commits\.signing.*Rulesets/,
    ],
    [
      'names of branches',
      422,
      'Repository rule violations found\n\nBranch name must match the pattern: ^(feature|fix)/.*\n\n',
      /commits\.branch.*Rulesets/,
    ],
    [
      'messages',
      422,
      'Repository rule violations found\n\nCommit message must match the pattern: ^[A-Z]+-[0-9]+\n\n',
      /commits\.message.*Rulesets/,
    ],
    [
      'force pushes',
      422,
      'Repository rule violations found\n\nCannot force-push to this branch\n\n',
      /delete the branch/,
    ],
    [
      'a rule nobody has seen',
      422,
      'Repository rule violations found\n\nThe moon must be full.\n\n',
      /bypass.*Rulesets/,
    ],
    [
      'a branch above',
      422,
      "Reference update failed: cannot lock ref 'refs/heads/promote/qa/api': 'refs/heads/promote' exists; cannot create 'refs/heads/promote/qa/api'",
      /rename or delete/,
    ],
  ])('%s', async (_, status, message, hint, headers = {}) => {
    const { server, base } = await useBranch();
    server.faults = line =>
      line.startsWith('GET') ? undefined : { when: 'instead', ...refusal(status, message), headers };
    const { repository } = openForge(server);
    const asked = repository.commit(
      change(base, { a: '1' }, { branch: 'promote/qa/web', expected: undefined }),
    );
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining(message.split('\n')[0] ?? ''),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('what GitHub has not seen yet is asked for again', () => {
  it.each<[string, RegExp, object]>([
    [
      'the head of a pull request',
      /^POST .*\/pulls$/,
      refusal(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]),
    ],
    ['the commit of a status', /^POST .*\/statuses\//, refusal(422, 'No commit found for SHA: deadbeef')],
  ])('%s', async (_, lines, answer) => {
    const { server, head } = await useBranch();
    let times = 0;
    server.faults = line =>
      lines.test(line) && times++ === 0 ? { when: 'instead', status: 422, ...answer } : undefined;
    const { pullRequests } = openForge(server);
    expect(await pullRequests.open(BRANCH, 'main', CONTENT)).toMatchObject({ state: 'open', head });
    await pullRequests.setStatus(head, { context: 'promote/qa/api', state: 'pending', description: 'd' });
    expect(server.world.statuses).toHaveLength(1);
    expect(times).toBe(2);
  });

  it('but not what it refuses for good', async () => {
    const { server, head } = await useBranch();
    const { pullRequests } = openForge(server);
    await expect(pullRequests.open('promote/qa/absent', 'absent', CONTENT)).rejects.toMatchObject({
      code: 'INVALID',
    });
    server.calls();
    server.faults = line =>
      line.startsWith('POST') ? { when: 'instead', ...refusal(422, 'Validation Failed') } : undefined;
    const asked = pullRequests.setStatus(head, { context: 'c', state: 'pending', description: 'd' });
    await expect(asked).rejects.toMatchObject({ code: 'INVALID' });
    expect(server.calls().filter(line => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('a repository that was renamed or transferred', () => {
  const OLD = { owner: 'old', repo: 'deploy' };

  it('is used and shown under its new name, and nothing closed is opened again', async () => {
    const { server } = await useBranch();
    server.world.settings.movedFrom = OLD;
    const notices: string[] = [];
    const { repository, pullRequests } = openForge(server, { ...OLD, notice: text => notices.push(text) });
    const main = await repository.head('main');
    const made = await pullRequests.open(BRANCH, 'main', CONTENT);
    await pullRequests.close(made, 'no');
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({ number: made.number, state: 'closed' });
    const request = change(main?.commit ?? '', { a: '1' }, { branch: 'promote/qa/web', expected: undefined });
    expect(await repository.commit(request)).toMatchObject({ kind: 'committed' });
    expect(notices).toEqual([expect.stringContaining('it is acme/gitops by now')]);
  });

  it.each([
    ['https://api.github.com/repos/acme/gitops/git/ref/heads%2Fmain', { owner: 'acme', repo: 'gitops' }],
    ['https://github.com/login', undefined],
  ])('is looked for where a proxy leads to %s', async (location, place) => {
    const client = { request: () => Promise.reject(new Error('nothing is asked')) } as never;
    expect(await newPlace(client, new Moved(location))).toEqual(place);
  });

  it.each(['POST', 'PATCH'])('is so also where it is first written to: %s', async method => {
    const { server, head } = await useBranch();
    server.world.settings.movedFrom = OLD;
    const forge = openForge(server, OLD);
    if (method === 'POST') {
      await forge.pullRequests.open(BRANCH, 'main', CONTENT);
      return;
    }
    const open = await openForge(server).pullRequests.open(BRANCH, 'main', CONTENT);
    expect(open.head).toBe(head);
    await forge.pullRequests.close(open, 'no');
    expect(await forge.pullRequests.find(BRANCH, 'main')).toMatchObject({ state: 'closed' });
  });

  it('is reported to an App, which cannot find its installation there', async () => {
    const { server } = await useBranch();
    server.world.settings.movedFrom = OLD;
    const auth = { kind: 'app', id: String(APP), key: server.appKey } as const;
    await expect(openForge(server, { ...OLD, auth }).repository.head('main')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('present address'),
    });
  });

  it('is followed where it is another one, whose commits are compared', async () => {
    const { server, base } = await useBranch();
    server.world.settings.movedFrom = OLD;
    const head = await pushFiles(server, { 'values.yaml': 'image: c\n' });
    const forge = openForge(server);
    expect(await forge.compareCommits('old/deploy', base, head)).toMatchObject({ total: 1 });
    expect(await forge.repository.head('main')).toMatchObject({ commit: head });
  });
});

import { describe, expect, it } from 'vitest';
import type { MergeMethod } from '../../src/forges/forge.ts';
import { branchHead, git, gitText } from '../servers/bare-git.ts';
import { describeWith } from '../servers/tools.ts';
import * as forgejo from './forgejo-fixture.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

const BRANCH = 'promote/qa/api';
const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

describe('when GitHub merged a commit', () => {
  it.each(METHODS)('is told of what a %s made, in one request', async method => {
    const server = await github.useGitHub();
    await github.pushFiles(server, { 'values.yaml': 'image: b\n' }, { branch: BRANCH, on: 'main' });
    const { pullRequests, mergedAt, repository } = github.openForge(server);
    const pull = await pullRequests.open(BRANCH, 'main', gitlab.CONTENT);
    await pullRequests.merge(pull, method);
    const commit = (await repository.head('main'))?.commit ?? '';
    const merged = await pullRequests.find(BRANCH, 'main');
    server.calls();
    expect(await mergedAt(commit, 'main')).toEqual(merged?.endedAt);
    expect(merged?.endedAt).toBeInstanceOf(Date);
    expect(server.calls()).toHaveLength(1);
    expect(await mergedAt(commit, 'release')).toBeUndefined();
  });

  it('is not told of a push, nor of what is still open', async () => {
    const server = await github.useGitHub();
    const pushed = await github.pushFiles(server, { 'values.yaml': 'image: a\n' });
    const open = await github.pushFiles(
      server,
      { 'values.yaml': 'image: b\n' },
      { branch: BRANCH, on: 'main' },
    );
    const { pullRequests, mergedAt } = github.openForge(server);
    await pullRequests.open(BRANCH, 'main', gitlab.CONTENT);
    expect([await mergedAt(pushed, 'main'), await mergedAt(open, 'main')]).toEqual([undefined, undefined]);
  });
});

describeWith(['git'], 'when GitLab merged a commit', () => {
  it.each<[MergeMethod, 'merge' | 'ff']>([
    ['merge', 'merge'],
    ['squash', 'merge'],
    ['rebase', 'ff'],
  ])('is told of what a %s made, in one request (%s)', async (method, mergeMethod) => {
    const server = await gitlab.useGitLab();
    server.world.settings.mergeMethod = mergeMethod;
    const forge = gitlab.openForge(server);
    const { pullRequest } = await gitlab.propose(server, forge);
    await forge.pullRequests.merge(pullRequest, method);
    const commit = branchHead(server.world, 'main') ?? '';
    const merged = await forge.pullRequests.find(pullRequest.branch, 'main');
    server.calls();
    expect(await forge.mergedAt(commit, 'main')).toEqual(merged?.endedAt);
    expect(merged?.endedAt).toBeInstanceOf(Date);
    expect(server.calls()).toHaveLength(1);
    expect(await forge.mergedAt(commit, 'release')).toBeUndefined();
  });

  it('is not told of a push, nor of what is still open', async () => {
    const server = await gitlab.useGitLab();
    const pushed = gitlab.pushFiles(server, { 'values.yaml': 'image: a\n' });
    const forge = gitlab.openForge(server);
    const { head } = await gitlab.propose(server, forge);
    expect([await forge.mergedAt(pushed, 'main'), await forge.mergedAt(head, 'main')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describeWith(['git'], 'when Forgejo merged a commit', () => {
  it.each(METHODS)('is told of what a %s made, in one request', async method => {
    const server = await forgejo.useForgejo();
    const forge = forgejo.openForge(server);
    const { pullRequest } = await forgejo.propose(server, forge);
    await forge.pullRequests.merge(pullRequest, method);
    const commit = (await forge.repository.head('main'))?.commit ?? '';
    const merged = await forge.pullRequests.find(pullRequest.branch, 'main');
    server.calls();
    expect(await forge.mergedAt(commit, 'main')).toEqual(merged?.endedAt);
    expect(merged?.endedAt).toBeInstanceOf(Date);
    expect(server.calls()).toHaveLength(1);
    expect(await forge.mergedAt(commit, 'release')).toBeUndefined();
  });

  it('is not told of a push, nor of what is still open', async () => {
    const server = await forgejo.useForgejo();
    const forge = forgejo.openForge(server);
    const { base, head } = await forgejo.propose(server, forge);
    expect([await forge.mergedAt(base, 'main'), await forge.mergedAt(head, 'main')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("is by the server's clock where somebody marks an old-looking commit as merged by hand", async () => {
    const server = await forgejo.useForgejo();
    const forge = forgejo.openForge(server);
    const { head, pullRequest } = await forgejo.propose(server, forge);
    const before = new Date(server.world.now());
    const { world } = server;
    world.settings.styles = [...world.settings.styles, 'manually-merged'];
    const tree = gitText(world, 'rev-parse', `${head}^{tree}`);
    const person = 'Alice <alice@example.com> 978307200 +0000';
    const text = `tree ${tree}\nparent ${branchHead(world, 'main')}\nauthor ${person}\ncommitter ${person}\n\nold\n`;
    const pushed = `${git(world, ['hash-object', '-t', 'commit', '-w', '--stdin'], text)}`.trim();
    git(world, ['update-ref', 'refs/heads/main', pushed]);
    const marked = { Do: 'manually-merged', MergeCommitID: pushed };
    expect(await server.as('alice', 'POST', `pulls/${pullRequest.number}/merge`, marked)).toMatchObject({
      status: 200,
    });
    const { merged_at: told } = (await server.as('alice', 'GET', `pulls/${pullRequest.number}`)).body as {
      merged_at: string;
    };
    expect(told.slice(0, 4)).toBe('2001');
    expect((await forge.mergedAt(pushed, 'main'))?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(head).not.toBe(pushed);
  });
});

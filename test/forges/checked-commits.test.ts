import { describe, expect, it } from 'vitest';
import type { CheckedCommit, CheckKind } from '../../src/forges/commit-checks.ts';
import type { CheckRun } from '../servers/github/check-runs.ts';
import { APP } from '../servers/github.ts';
import { describeWith } from '../servers/tools.ts';
import * as forgejo from './forgejo-fixture.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

/** The commits from the head on, as far as one of them. */
async function commitsTo(commits: AsyncIterable<CheckedCommit>, last: string): Promise<CheckedCommit[]> {
  const listed: CheckedCommit[] = [];
  for await (const one of commits) {
    listed.push(one);
    if (one.commit === last) break;
  }
  return listed;
}

/** Name, who, state and the forge's word of everything on a commit. */
async function told(one: CheckedCommit | undefined, kind: CheckKind = 'status') {
  const reported = await one?.checks(kind);
  return reported
    ?.map(({ name, app, user, state, said }) => [name, app ?? user, state, said].join(' '))
    .sort();
}

describe('checks on GitHub', () => {
  const run = (sha: string, name: string, conclusion?: string, more: Partial<CheckRun> = {}): CheckRun => ({
    sha,
    name,
    slug: 'github-actions',
    suite: 1,
    ...(conclusion !== undefined && { conclusion }),
    ...more,
  });

  it('are the newest status of each context and the latest run of each suite, in two requests a commit', async () => {
    const server = await github.useGitHub();
    const first = await github.pushFiles(server, { a: '1' });
    const head = await github.pushFiles(server, { a: '2' });
    for (const state of ['success', 'failure'] as const)
      await server.as('alice', 'POST', `statuses/${first}`, { context: 'argocd/qa', state });
    await server.as('alice', 'POST', `statuses/${first}`, { context: 'other', state: 'pending' });
    server.world.checkRuns.push(
      { ...run(first, 'e2e', 'failure') },
      { ...run(first, 'e2e', 'success') },
      { ...run(first, 'load', undefined, { status: 'in_progress' }) },
      { ...run(first, 'slow', 'timed_out', { slug: 'argo-cd', suite: 2 }) },
      { ...run(first, 'docs', 'skipped') },
      { ...run(first, 'lint', 'neutral') },
    );
    server.calls();
    const [newest, pinning] = await commitsTo(github.openForge(server).checkedCommits(head), first);
    expect([newest?.commit, pinning?.commit]).toEqual([head, first]);
    expect(server.calls()).toHaveLength(1);
    expect(await told(newest)).toEqual([]);
    server.calls();
    expect(await told(pinning)).toEqual([
      'argocd/qa alice failed failure',
      'docs github-actions none skipped',
      'e2e github-actions passed success',
      'lint github-actions none neutral',
      'load github-actions pending in_progress',
      'other alice pending pending',
      'slow argo-cd failed timed_out',
    ]);
    expect(server.calls()).toHaveLength(2);
    expect(await told(pinning, 'pipeline')).toBeUndefined();
  });

  it('are by the App whose account set the status', async () => {
    const server = await github.useGitHub();
    const head = await github.pushFiles(server, { a: '1' });
    const creator = { login: 'argo-cd[bot]', type: 'Bot' };
    server.world.statuses.push({ sha: head, context: 'argocd/qa', state: 'success', creator, app: APP });
    const [newest] = await commitsTo(github.openForge(server).checkedCommits(head), head);
    expect(await newest?.checks('status')).toMatchObject([{ app: 'argo-cd', user: undefined }]);
  });

  it('follow first parents', async () => {
    const server = await github.useGitHub();
    const first = await github.pushFiles(server, { a: '1' });
    await github.pushFiles(server, { b: '2' }, { branch: 'side', on: 'main' });
    const { pullRequests, checkedCommits, repository } = github.openForge(server);
    const pull = await pullRequests.open('side', 'main', gitlab.CONTENT);
    await pullRequests.merge(pull, 'merge');
    const head = (await repository.head('main'))?.commit ?? '';
    const listed = await commitsTo(checkedCommits(head), first);
    expect(listed.map(({ commit }) => commit)).toEqual([head, first]);
  });
});

describeWith(['git'], 'checks on GitLab', () => {
  it('are jobs, statuses and pipelines, without those of merge requests', async () => {
    const server = await gitlab.useGitLab();
    const first = gitlab.pushFiles(server, { a: '1' });
    const head = gitlab.pushFiles(server, { a: '2' });
    const { world } = server;
    const pipeline = { sha: first, ref: 'main', sourceSha: undefined };
    const merge = { ...pipeline, ref: 'refs/merge-requests/1/head', source: 'merge_request_event' };
    world.pipelines.push(
      { ...pipeline, id: 1, source: 'push', jobs: [{ name: 'e2e', status: 'failed' }] },
      { ...pipeline, id: 2, source: 'push', jobs: [{ name: 'e2e', status: 'success' }] },
      { ...pipeline, id: 3, source: 'schedule', name: 'Night', jobs: [{ name: 'load', status: 'skipped' }] },
      { ...merge, id: 4, jobs: [{ name: 'e2e', status: 'failed' }] },
    );
    await server.as('alice', 'POST', `statuses/${first}`, {
      name: 'argocd/qa',
      state: 'pending',
      pipeline_id: 2,
    });
    server.calls();
    const [newest, pinning] = await commitsTo(gitlab.openForge(server).checkedCommits(head), first);
    expect([newest?.commit, pinning?.commit]).toEqual([head, first]);
    expect(await told(newest)).toEqual([]);
    const [status] = (await pinning?.checks('status')) ?? [];
    expect(status?.user).toEqual(expect.any(String));
    expect((await told(pinning))?.map(text => text.replace(/ \w+ (?=\w+ \w+$)/, ' '))).toEqual([
      'argocd/qa pending pending',
      'e2e passed success',
      'load none skipped',
    ]);
    expect(await told(pinning, 'pipeline')).toEqual(['Night  passed success', 'push  pending running']);
    expect(server.calls().length).toBe(5);
  });
});

describeWith(['git'], 'checks on Forgejo', () => {
  it('are the latest status of each context, with who set it', async () => {
    const server = await forgejo.useForgejo();
    const first = forgejo.pushFiles(server, { a: '1' });
    const head = forgejo.pushFiles(server, { a: '2' });
    for (const [context, state] of [
      ['argocd/qa', 'pending'],
      ['argocd/qa', 'success'],
      ['e2e', 'error'],
      ['lint', 'warning'],
    ])
      await server.as('alice', 'POST', `statuses/${first}`, { context, state });
    server.calls();
    const [newest, pinning] = await commitsTo(forgejo.openForge(server).checkedCommits(head), first);
    expect([newest?.commit, pinning?.commit]).toEqual([head, first]);
    expect(await told(newest)).toEqual([]);
    expect(await told(pinning)).toEqual([
      'argocd/qa alice passed success',
      'e2e alice failed error',
      'lint alice failed warning',
    ]);
    expect(await told(pinning, 'pipeline')).toBeUndefined();
    expect(server.calls()).toHaveLength(3);
  });
});

import { expect, it } from 'vitest';
import type { CommitStatus } from '../../src/forges/forge.ts';
import { headPipeline, startPipeline } from '../servers/gitlab/pipelines.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, useGitLab } from './gitlab-fixture.ts';

const CONTEXT = 'promote/qa/api';
const PENDING: CommitStatus = {
  context: CONTEXT,
  state: 'pending',
  description: 'waits',
  url: 'https://ci.example/7',
};
const GREEN: CommitStatus = { ...PENDING, state: 'success', description: 'ready' };

const KINDS = [undefined, 'branch', 'merge-request', 'merged-results'] as const;

async function proposed(pipelines: (typeof KINDS)[number]) {
  const server = await useGitLab();
  Object.assign(server.world.settings, { pipelineMustSucceed: true, pipelines });
  const forge = openForge(server);
  const { pullRequest } = await propose(server, forge);
  const one = kept(server, pullRequest.number);
  const merge = async () => (await server.as('carol', 'PUT', 'merge_requests/1/merge', {})).status;
  const set = async (status: CommitStatus) => {
    server.calls();
    await forge.pullRequests.setStatus(pullRequest.head, status, pullRequest.number);
    return server.calls().filter(line => line.startsWith('POST')).length;
  };
  return { server, pullRequest, forge, one, merge, set };
}

describeWith(['git'], 'the status of a merge request', () => {
  it.each(KINDS)('keeps it from being merged, and then does not, where pipelines are of %s', async kind => {
    const { server, one, merge, set } = await proposed(kind);
    expect(await set(PENDING)).toBe(1);
    expect(await merge()).toBe(405);
    expect(headPipeline(server.world, one)).toMatchObject({ id: server.world.statuses[0]?.pipeline_id });
    expect(await set(GREEN)).toBe(1);
    expect(await set(GREEN)).toBe(0);
    expect(server.world.statuses).toMatchObject([{ status: 'success', target_url: PENDING.url }]);
    expect(await merge()).toBe(200);
  });

  it.each(KINDS.slice(2))('is given again where another pipeline of %s becomes the head one', async kind => {
    const { server, one, merge, set } = await proposed(undefined);
    await set(PENDING);
    startPipeline(server.world, one, kind);
    // The gap until the next run: nothing keeps GitLab from merging, which the double shows.
    expect(headPipeline(server.world, one)?.source).toBe('merge_request_event');
    expect(await set(PENDING)).toBe(1);
    expect(await set(PENDING)).toBe(0);
    expect(await merge()).toBe(405);
    await set(GREEN);
    expect(await merge()).toBe(200);
  });

  it('would not be looked at where it were given to the commit alone, which the double shows', async () => {
    const { forge, pullRequest, merge } = await proposed('merged-results');
    await forge.pullRequests.setStatus(pullRequest.head, PENDING);
    expect(await merge()).toBe(200);
  });
});

import { describe, expect, it } from 'vitest';
import { createForges } from '../../src/cli/forges.ts';
import { createHttp } from '../../src/http/http.ts';
import { useGitLab } from '../forges/gitlab-fixture.ts';
import { PROJECT, tokenOf } from '../servers/gitlab.ts';

/** Who may start a pipeline may set its variables: https://docs.gitlab.com/ci/variables/#cicd-variable-precedence */
describe('a job of GitLab whose variables were set by its starter', () => {
  const ALICE = { name: 'alice', id: '12' };
  const BOB = { name: 'bob', id: '13' };

  it('counts for who started it, where it names another CI', async () => {
    const { forges } = await began({ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b' });
    expect(await forges.runAskers([BOB])).toEqual([ALICE]);
  });

  it('counts for who started its pipeline too, where it names another project of the instance', async () => {
    const { server } = await began({}, 'bob');
    // GitLab numbers pipelines over all projects.
    server.faults = line => (line.includes('acme%2Fother') ? UNSEEN : undefined);
    const forges = openForges(`${server.url}/acme/other`, server.url);
    expect(await forges.runAskers([])).toEqual([BOB, ALICE]);
  });

  it('counts for the approvals of its own deployment, where it names another job', async () => {
    const { forges, server } = await began({ CI_JOB_ID: '7', CI_ENVIRONMENT_NAME: 'production' });
    const { deployments } = server.world;
    const approval = { username: 'bob', status: 'approved' };
    deployments.push({ id: 1, environment: 'production', job: 7, approvals: [approval] });
    deployments.push({ id: 2, environment: 'production', job: 8, approvals: [] });
    expect(await forges.runApprovals()).toEqual([]);
  });

  it.each([
    ['an empty token of the job', { CI_JOB_TOKEN: '' }],
    ['no project', { CI_PROJECT_URL: '' }],
    ['another server', { CI_SERVER_URL: 'https://gitlab.example' }],
  ])('goes on for nobody with %s', async (_, more) => {
    const { forges } = await began(more);
    await expect(forges.runAskers([BOB])).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('nothing proves who started this job'),
    });
  });

  const UNSEEN = { status: 404, body: { message: '404 Not found' } };

  type Env = Readonly<Record<string, string>>;

  async function began(more: Env, username = 'alice') {
    const server = await useGitLab();
    const pipeline = { id: 4, source: 'web', username };
    server.world.jobs.push({ id: 8, token: tokenOf('alice', 'job'), username: 'alice', pipeline });
    return { server, forges: openForges(`${server.url}/${PROJECT}`, server.url, more) };
  }

  function openForges(project: string, server: string, more: Env = {}) {
    const env = {
      PATH: process.env.PATH,
      CI_JOB_TOKEN: tokenOf('alice', 'job'),
      CI_SERVER_URL: server,
      CI_PROJECT_URL: project,
      PROMOTE_GITLAB_TOKEN: tokenOf('promote'),
      ...more,
    };
    const sink = { write: () => true };
    const io = { cwd: '/', env, stdout: sink, stderr: sink, signal: new AbortController().signal };
    return createForges(io, createHttp(), { open: async () => expect.anything(), close: async () => {} });
  }
});

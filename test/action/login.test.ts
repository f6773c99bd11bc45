import { describe, expect, it } from 'vitest';
import { pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { APP, READER, tokenOf } from '../servers/github.ts';
import { createStage } from './github-stage.ts';
import { useActions } from './step.ts';

const PRODUCTION = { environment: 'production' };
const JOB = { ...PRODUCTION, token: JOB_TOKEN };
const FORK = {
  event: { pull_request: { head: { repo: { full_name: 'mallory/gitops' } } } },
  env: { GITHUB_EVENT_NAME: 'pull_request' },
};

describe('an action on GitHub', () => {
  const runStep = useActions();

  it("says once what a job's own token does not start", async () => {
    const { release, run } = await createStage(runStep, 'pullRequest: { merge: automatic }');
    const pushed = await release('1.0.0', { token: JOB_TOKEN });
    const merged = await run('promote', JOB);
    expect(merged.outputs.state).toBe('done');
    for (const { commands } of [pushed, merged]) {
      const notices = commands.filter(({ text }) => text.includes('GITHUB_TOKEN'));
      expect(notices.map(({ name }) => name)).toEqual(['notice']);
    }
    expect((await run('promote', JOB)).log).not.toContain('GITHUB_TOKEN');
  });

  it.each(['an App', 'a person'])('says nothing of that to %s', async who => {
    const { release, run, server } = await createStage(runStep, 'pullRequest: { merge: automatic }');
    await release('1.0.0');
    const app = { 'app-id': String(APP), 'app-key': server.appKey };
    const merged = await run('promote', who === 'an App' ? { ...PRODUCTION, ...app } : PRODUCTION);
    expect(merged.outputs.state).toBe('done');
    expect(merged.log).not.toContain('GITHUB_TOKEN');
  });

  it("fails where a gate names teams, which a job's own token cannot read, and says so", async () => {
    const settings = 'gates: { approval: { count: 1, teams: [acme/release-managers] } }';
    const { release, run, server } = await createStage(runStep, settings);
    await release('1.0.0');
    await run('promote', JOB);
    const review = async () =>
      await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVE', body: 'good' });
    await review();
    const { failed, commands } = await run('promote', JOB);
    expect(failed).toBe(true);
    const errors = commands.filter(({ name }) => name === 'error').map(({ text }) => text);
    expect(errors.join('\n')).toMatch(/team acme\/release-managers.*members: read.*GITHUB_TOKEN/s);
    // What another account pushed proves nothing: the branch is made anew, and reviewed again.
    expect((await run('promote', PRODUCTION)).summary).toContain('given on another plan');
    await review();
    expect((await run('promote', PRODUCTION)).summary).toContain('approval open');
  });

  it('reaches an Enterprise Server by the addresses of the job alone', async () => {
    const { release, run, server } = await createStage(runStep);
    const enterprise = { env: { GITHUB_API_URL: `${server.url}/api/v3` } };
    await release('1.0.0');
    server.calls();
    const proposed = await run('promote', PRODUCTION, enterprise);
    expect(proposed.outputs['pull-request-url']).toBe(`${server.url}/acme/gitops/pull/1`);
    const calls = server.calls();
    expect(calls.filter(call => !/^\w+ \/api\/(v3\/|graphql$)/.test(call))).toEqual([]);
    await release('1.1.0');
    server.calls();
    const updated = await run('promote', PRODUCTION, enterprise);
    expect(updated.outputs['pull-request-url']).toBe(`${server.url}/acme/gitops/pull/1`);
    expect(server.calls()).toContain('POST /api/graphql');
  });

  it('says that its token is empty, and asks nobody', async () => {
    const { release, run, server } = await createStage(runStep);
    await release('1.0.0');
    server.calls();
    const { failed, commands } = await run('promote', { ...PRODUCTION, token: '' });
    expect(failed).toBe(true);
    expect(commands.map(({ text }) => text).join('\n')).toMatch(/token is empty.*secret/s);
    expect(server.calls()).toEqual([]);
  });

  it('gives its token to the server of the job alone, whatever the environments file names', async () => {
    const other = await useGitHub();
    const settings = `deployments: { repository: "${other.url}/acme/gitops", forge: github }`;
    const { release, run } = await createStage(runStep, settings);
    await release('1.0.0');
    const { failed, commands } = await run('promote', PRODUCTION);
    expect(failed).toBe(true);
    expect(commands.map(({ text }) => text).join('\n')).toContain('PROMOTE_GITHUB_TOKEN');
    expect(other.calls()).toEqual([]);
  });

  it("gives a fork's pull request a plan, for which no secret is needed, and nothing more", async () => {
    const { release, run, server } = await createStage(runStep);
    await release('1.0.0');
    server.calls();
    const inputs = { ...PRODUCTION, token: tokenOf(READER) };
    const planned = await run('promote', { ...inputs, 'plan-only': 'true' }, FORK);
    expect(planned).toMatchObject({ failed: false, outputs: { state: 'waiting', changed: 'true' } });
    expect(server.calls().filter(call => !call.startsWith('GET'))).toEqual([]);
    const target = { ...FORK, env: { GITHUB_EVENT_NAME: 'pull_request_target' } };
    for (const step of [FORK, target]) {
      expect(await run('promote', PRODUCTION, step)).toMatchObject({ failed: true, outputs: {} });
      expect(await run('rollback', PRODUCTION, step)).toMatchObject({ failed: true, outputs: {} });
    }
    expect(server.calls()).toEqual([]);
  });

  it('reads the environments file of another branch, and names both where it is bad', async () => {
    const { release, run, server } = await createStage(runStep);
    await release('1.0.0');
    const bad = { 'environments.yaml': 'version: 1\nimages: {}\nenvironment: {}\n' };
    await pushFiles(server, bad, { branch: 'policy', on: 'main' });
    const file = `${server.url}/acme/gitops//environments.yaml`;
    expect((await run('promote', { ...PRODUCTION, file })).failed).toBe(false);
    const refused = await run('promote', { ...PRODUCTION, file: `${file}@policy` });
    expect(refused.commands).toContainEqual({
      name: 'error',
      properties: expect.stringMatching(/title=.*environments\.yaml@policy,file=environments\.yaml,line=3/),
      text: expect.stringContaining('environment'),
    });
    await pushFiles(server, bad);
    const env = { GITHUB_REPOSITORY: 'acme/shop' };
    const elsewhere = await run('promote', { ...PRODUCTION, file }, { env });
    const errors = elsewhere.commands.filter(({ name }) => name === 'error');
    expect(errors.map(({ properties }) => properties).join()).not.toContain('file=');
    expect(errors.map(({ text }) => text).join('\n')).toContain(`${file}@main:3:1: `);
  });
});

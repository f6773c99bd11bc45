import { describe, expect, it } from 'vitest';
import { githubPlace } from '../e2e/github-place.ts';
import { createRefreshStage } from '../e2e/refresh-stage.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { BOT, tokenOf } from '../servers/github.ts';
import { type Step, useActions } from './step.ts';

describe('actions/refresh', () => {
  const runStep = useActions();

  /** A Dockerfile on a base whose tag has moved on, in a repository that is not checked out. */
  async function createStage(settings = '{}') {
    const place = await githubPlace();
    let isDown = false;
    const stage = await createRefreshStage(place, settings, ({ path }) =>
      isDown && path.includes('/manifests/') ? { status: 403, body: '{}' } : undefined,
    );
    const old = await stage.publish('node:20', 'a');
    await stage.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    const digest = await stage.publish('node:20', 'b');
    const env = {
      GITHUB_SERVER_URL: place.server.url,
      GITHUB_API_URL: place.server.url,
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_EVENT_NAME: 'schedule',
      PROMOTE_GITHUB_RATE_LIMITS: 'none',
    };
    const run = async (inputs: Step['inputs'] = {}) =>
      await runStep({ action: 'refresh', inputs: { token: tokenOf(BOT), ...inputs }, env });
    const breakRegistry = () => {
      isDown = true;
    };
    return { place, stage, digest, run, breakRegistry };
  }

  it('proposes once, and says which pull requests are open', async () => {
    const { place, stage, run, digest } = await createStage();
    expect((await run({ 'dry-run': 'true' })).outputs).toMatchObject({
      changed: 'false',
      'pull-request-url': '',
    });
    expect(await place.pulls.list()).toEqual([]);
    const first = await run();
    expect(first).toMatchObject({ failed: false, outputs: { changed: 'true' } });
    expect(first.outputs['pull-request-url']).toMatch(/\/pull\/\d+$/);
    expect(first.summary).toContain('opened');
    const [{ groups }] = JSON.parse(first.outputs.result ?? '').repositories;
    expect(groups[0].images[0].to).toEqual({ tag: '20', digest });
    const again = await run();
    expect(again.outputs).toMatchObject({
      changed: 'false',
      'pull-request-url': first.outputs['pull-request-url'],
    });
    expect(await place.pulls.list()).toHaveLength(1);
    await stage.put({ 'web/compose.yaml': 'services: {}\n', 'job/Dockerfile': 'FROM scratch\n' });
    expect((await run({ paths: 'web\njob' })).outputs['pull-request-url']).toBe('');
  });

  it('names an open pull request that somebody has committed to, and none that is closed', async () => {
    const { place, stage, run } = await createStage();
    const url = (await run()).outputs['pull-request-url'];
    await stage.put({ 'app.js': 'fixed for the new base\n' }, stage.branchOf('node'));
    await stage.publish('node:20', 'c');
    expect((await run()).outputs['pull-request-url']).toBe(url);
    await place.pulls.close(1);
    expect((await run()).outputs['pull-request-url']).toBe('');
  });

  it('shows which pinned images are built on a superseded base', async () => {
    const { run } = await createStage();
    const { failed, outputs, summary } = await run({ deployed: 'dev' });
    expect({ failed, images: JSON.parse(outputs.result ?? '').images }).toEqual({
      failed: false,
      images: [],
    });
    expect(summary).not.toBe('');
    expect((await run({ deployed: 'nowhere' })).failed).toBe(true);
  });

  it('fails where a registry cannot be asked, and annotates the line', async () => {
    const { run, breakRegistry } = await createStage();
    breakRegistry();
    const { failed, commands } = await run();
    expect(failed).toBe(true);
    expect(commands).toContainEqual(
      expect.objectContaining({ name: 'error', text: expect.stringContaining('Dockerfile:1') }),
    );
  });

  it('names the permission where a workflow file may not be changed, and proposes the rest', async () => {
    const { place, stage, run } = await createStage('{ include: [".github/workflows/*", "**/Dockerfile"] }');
    const ruby = await stage.publish('ruby:3', 'a');
    await stage.put({
      '.github/workflows/ci.yml': `jobs: { a: { container: "HOST/base/ruby:3@${ruby}" } }\n`,
    });
    await stage.publish('ruby:3', 'b');
    const { failed, commands } = await run({ token: JOB_TOKEN });
    expect(failed).toBe(true);
    expect(commands).toContainEqual(
      expect.objectContaining({ name: 'error', text: expect.stringContaining('workflows: write') }),
    );
    expect((await place.pulls.list()).map(({ branch }) => branch)).toEqual([stage.branchOf('node')]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Builds } from '../../src/forges/builds.ts';
import { dispatchedBy } from '../../src/forges/github/dispatched-workflow.ts';
import { type BuildsPlace, openBuilds } from '../../src/forges/open-builds.ts';
import { createHttp } from '../../src/http/http.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { BOT, tokenOf as githubToken, READER } from '../servers/github.ts';
import { tokenOf as gitlabToken, PROJECT } from '../servers/gitlab.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

const FILE = '.github/workflows/build.yml';
const SHOWN = `run-name: rebuild \${{ github.event.client_payload.mark }}`;
const STARTS = 'on: { repository_dispatch: { types: [rebuild] } }';
const MARK = 'promote-rebuild-0123456789abcdef';
const ORDER = { mark: MARK, image: 'api', base: 'registry.example/os:1', to: `sha256:${'1'.repeat(64)}` };

async function buildsAt(place: BuildsPlace, token: string, env = {}): Promise<Builds> {
  const http = createHttp({ retry: { sleep: async () => undefined } });
  onTestFinished(() => http.close());
  const since = new Date(Date.now() - 86_400_000);
  const silent = () => undefined;
  const signal = new AbortController().signal;
  return await openBuilds(place, { env, http, token, since, notice: silent, log: silent, signal });
}

async function onGitHub(files: Readonly<Record<string, string>>) {
  const server = await github.useGitHub();
  await github.pushFiles(server, files);
  const env = {
    GITHUB_SERVER_URL: server.url,
    GITHUB_API_URL: server.url,
    PROMOTE_GITHUB_RATE_LIMITS: 'none',
  };
  const place = { forge: 'github', repository: `${server.url}/acme/gitops`, event: 'rebuild' } as const;
  return { server, open: (token = githubToken(BOT)) => buildsAt(place, token, env) };
}

async function onGitLab(file: string) {
  const server = await gitlab.useGitLab();
  gitlab.pushFiles(server, { '.gitlab-ci.yml': file });
  server.world.settings.protectedLevel = 30;
  const place = { forge: 'gitlab', repository: `${server.url}/${PROJECT}`, ref: 'main' } as const;
  const open = (token: string) => buildsAt(place, token, { CI_SERVER_URL: server.url });
  return { server, open: (username = 'alice') => open(gitlabToken(username)) };
}

describe('builds on GitHub', () => {
  it('are started once their run is seen, and are found by the next run', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    server.world.settings.runsLate = 3;
    const builds = await open();
    expect(await builds.find(MARK)).toBeUndefined();
    const started = await builds.start(ORDER);
    expect(started).toMatchObject({ state: 'running', url: expect.stringContaining('/actions/runs/1') });
    expect(server.world.dispatches).toEqual([{ event_type: 'rebuild', client_payload: ORDER }]);
    expect(await (await open()).find(MARK)).toEqual(started);
    expect(await (await open()).find('promote-rebuild-ffffffffffffffff')).toBeUndefined();
  });

  it('that no run shows are told apart from those that were started', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    server.world.settings.runsLate = 100;
    expect(await (await open()).start(ORDER)).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['nothing starts on the event', { [FILE]: `on: push\n${SHOWN}\n` }, 'NOT_FOUND', 'types: [rebuild]'],
    [
      'it starts on another type',
      { [FILE]: `${STARTS.replace('rebuild', 'x')}\n${SHOWN}\n` },
      'NOT_FOUND',
      'types',
    ],
    ['runs would not show the mark', { [FILE]: `${STARTS}\n` }, 'INVALID', 'client_payload.mark'],
    ['no workflow can be read', { [FILE]: 'on: [\n' }, 'NOT_FOUND', 'types'],
  ])('are not looked for where %s', async (_, files, code, hint) => {
    const { open } = await onGitHub(files);
    await expect((await open()).find(MARK)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
  });

  it('are not looked for in a workflow that is switched off', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    server.world.settings.disabledWorkflows.add(FILE);
    await expect((await open()).find(MARK)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are not started twice where the answer is lost', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    server.faults = line =>
      line.startsWith('POST')
        ? { status: 502, body: { message: 'Bad Gateway' }, when: 'afterwards' }
        : undefined;
    await expect((await open()).start(ORDER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(server.world.dispatches).toHaveLength(1);
  });

  it('need rights that a refusal names', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    await expect((await open(githubToken(READER))).start(ORDER)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('contents: write'),
    });
    server.world.settings.grants = { contents: 'write' };
    await expect((await open(JOB_TOKEN)).find(MARK)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('actions: read'),
    });
  });

  it('end as their run ended', async () => {
    const { server, open } = await onGitHub({ [FILE]: `${STARTS}\n${SHOWN}\n` });
    await (await open()).start(ORDER);
    const [run] = server.world.dispatched;
    for (const [conclusion, state] of [
      ['success', 'succeeded'],
      ['failure', 'failed'],
      ['cancelled', 'failed'],
    ]) {
      Object.assign(run ?? {}, { status: 'completed', conclusion });
      expect(await (await open()).find(MARK)).toMatchObject({ state });
    }
  });
});

describe('builds on GitLab', () => {
  const NAMED = 'workflow: { name: "$PROMOTE_REBUILD" }\nbuild: { script: [make] }\n';
  const UNNAMED = 'build: { script: [make] }\n';

  it('are found by the names of their pipelines, whoever started them', async () => {
    const { server, open } = await onGitLab(NAMED);
    const builds = await open();
    expect(await builds.find(MARK)).toBeUndefined();
    const started = await builds.start(ORDER);
    expect(started).toMatchObject({ state: 'running', url: expect.stringContaining('/-/pipelines/') });
    expect(server.world.pipelines.at(-1)?.variables).toContainEqual({
      key: 'PROMOTE_REBUILD_TO',
      value: ORDER.to,
    });
    expect(await (await open('bob')).find(MARK)).toEqual(started);
  });

  it('are found by their variables, which only some may read', async () => {
    const { open } = await onGitLab(UNNAMED);
    const started = await (await open()).start(ORDER);
    expect(await (await open()).find(MARK)).toEqual(started);
    expect(await (await open('promote')).find(MARK)).toEqual(started);
    await expect((await open('bob')).find(MARK)).rejects.toMatchObject({
      code: 'INVALID',
      hint: expect.stringContaining('$PROMOTE_REBUILD'),
    });
  });

  it('end as their pipeline ended', async () => {
    const { server, open } = await onGitLab(NAMED);
    await (await open()).start(ORDER);
    const [made] = server.world.pipelines;
    for (const [status, state] of [
      ['running', 'running'],
      ['success', 'succeeded'],
      ['canceled', 'failed'],
    ]) {
      Object.assign(made ?? {}, { status });
      expect(await (await open()).find(MARK)).toMatchObject({ state });
    }
  });

  it.each<[string, { variablesLevel?: number; protectedLevel?: number }, string, string]>([
    ['variables', { variablesLevel: 40 }, 'FORBIDDEN', 'Minimum role'],
    ['the branch', { protectedLevel: 40 }, 'FORBIDDEN', 'protected'],
  ])('are refused for %s in words that help', async (_, settings, code, hint) => {
    const { server, open } = await onGitLab(NAMED);
    Object.assign(server.world.settings, settings);
    await expect((await open()).start(ORDER)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
  });

  it('need a token that may start them', async () => {
    const { open } = await onGitLab(NAMED);
    await expect((await open('rita')).start(ORDER)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('Developer'),
    });
  });
});

it('the workflow of the page on base images is one whose builds are found', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/base-images.md'), 'utf8');
  const [, workflow = ''] = /```yaml\n(on:[\s\S]*?)```/.exec(page) ?? [];
  expect(dispatchedBy(workflow, 'rebuild')).toBe('marked');
  expect(dispatchedBy(workflow, 'other')).toBe('no');
});

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { runPromote } from '../built/run-promote.ts';
import { build } from '../e2e/shop.ts';
import { createWorld } from '../e2e/world.ts';
import { pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { BOT, tokenOf } from '../servers/github.ts';
import { type Fault, type Registry, startRegistry } from '../servers/registry.ts';
import { describeWith, findProgram } from '../servers/tools.ts';
import { newPrivateKey, toPem } from '../signing/keys.ts';

const PASSWORD = 'marked-registry-password';
const KEY = toPem(newPrivateKey());
/** What a CI job may hold; each name is one that promote or its environment knows. */
const VARIABLES = {
  COSIGN_PRIVATE_KEY: KEY,
  COSIGN_PASSWORD: 'marked-key-password',
  PROMOTE_GIT_TOKEN: 'marked-git-token',
  PROMOTE_GITLAB_TOKEN: 'marked-gitlab-token',
  PROMOTE_GITHUB_APP_KEY: KEY,
  SIGSTORE_ID_TOKEN: 'marked-identity-token',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'marked-request-token',
  CI_REGISTRY_PASSWORD: 'marked-ci-password',
  PROMOTE_REGISTRY_A_IO_PASSWORD: 'marked-registry-password',
};

describeWith(['git'], 'what runs leave behind, those that fail included', () => {
  it('holds no secret: plan, commits, records, logs, and the programs that were started', async () => {
    let fault: ((line: string, authorization: string) => Fault | undefined) | undefined;
    const registry = await refusing((line, authorization) => fault?.(line, authorization));
    const world = await createWorld(
      {
        'environments.yaml': environments(registry, 'commit: direct'),
        'dev/values.yaml': 'image:\n  repository: registry.example/dev/api\n  tag: "0"\n',
      },
      { ...VARIABLES, DOCKER_AUTH_CONFIG: login(registry) },
    );
    onTestFinished(() => world.close());
    const seen = join(world.directory, 'seen');
    await mkdir(join(world.directory, 'bin'));
    const git = `#!/bin/sh\n{ env; echo "$@"; tr '\\0' '\\n' < /proc/$PPID/cmdline; } >> ${seen}\nexec ${findProgram('git')} "$@"\n`;
    await writeFile(join(world.directory, 'bin/git'), git, { mode: 0o755 });
    const env = { ...world.env, PATH: `${join(world.directory, 'bin')}:${process.env.PATH}` };
    const printed: string[] = [];
    const run = async (...args: readonly string[]) => await inProcess(world.repository, env, printed, args);

    const image = `api=${registry.host}/build/api:1.0.0`;
    expect(await run('plan', 'dev', '--image', image, '--out', '../plan.json')).toBe(0);
    // Each request fails in its turn, and the answer repeats the login.
    for (const part of ['/manifests/', '/blobs/', '/referrers/']) {
      fault = (line, authorization) => (line.includes(part) ? echo(authorization) : undefined);
      expect([part, await run('apply', 'dev', '--image', image)]).toEqual([part, 1]);
    }
    fault = undefined;
    expect(printed.join('')).toContain('DENIED: Basic ***');
    expect(await run('apply', '--plan', '../plan.json')).toBe(0);
    expect(await run('verify', 'dev')).toBe(0);

    expect(named(printed.join(''))).toEqual([]);
    expect(named(await world.git('log', '--all', '--patch', '--format=raw'))).toEqual([]);
    const programs = await readFile(seen, 'utf8');
    expect(programs).toContain('cat-file');
    expect(named(programs)).toEqual([]);
    // The registry of dev, records and signatures, is a layout here; so is the plan, and what Git keeps.
    const files = await readdir(world.directory, { recursive: true, withFileTypes: true });
    for (const file of files.filter(entry => entry.isFile()))
      expect([file.name, named(await readFile(join(file.parentPath, file.name), 'latin1'))]).toEqual([
        file.name,
        [],
      ]);
  });

  it('holds no secret on a forge: pull requests, statuses, comments', async () => {
    let fault = false;
    const registry = await refusing((_, authorization) => (fault ? echo(authorization) : undefined));
    const server = await useGitHub();
    await pushFiles(server, {
      'environments.yaml': environments(registry, 'gates: { approval: { count: 1 } }'),
      'dev/values.yaml': 'image:\n  repository: registry.example/dev/api\n  tag: "0"\n',
    });
    const world = await createWorld({ 'README.md': '' });
    onTestFinished(() => world.close());
    const token = tokenOf(BOT);
    const env = {
      ...world.env,
      ...VARIABLES,
      PROMOTE_GITHUB_APP_KEY: '',
      DOCKER_AUTH_CONFIG: login(registry),
      GITHUB_SERVER_URL: server.url,
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_TOKEN: token,
      PROMOTE_GITHUB_RATE_LIMITS: 'none',
    };
    const printed: string[] = [];
    const file = `${server.url}/acme/gitops//environments.yaml@main`;
    const apply = async () =>
      await inProcess(world.directory, env, printed, [
        ...['apply', 'dev', '--file', file, '--image', `api=${registry.host}/build/api:1.0.0`],
      ]);
    expect(await apply()).toBe(0);
    const ask = async (path: string) => (await server.as('alice', 'GET', path)).body;
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVE', body: 'good' });
    fault = true;
    expect(await apply()).toBe(1);
    fault = false;
    const left = [
      ...(await Promise.all(['pulls/1', 'issues/1/comments', 'pulls/1/commits', 'commits/main'].map(ask))),
      server.world.statuses,
      server.world.timelines,
    ];
    expect(server.world.statuses.length).toBeGreaterThan(0);
    expect(named([...printed, inspect(left, { depth: null })].join('\n'), token)).toEqual([]);
  });
});

async function refusing(
  fault: (line: string, authorization: string) => Fault | undefined,
): Promise<Registry> {
  const registry = await startRegistry({
    auth: { kind: 'basic', password: PASSWORD },
    faults: ({ method, path, authorization = '' }) =>
      authorization === '' ? undefined : fault(`${method} ${path}`, authorization),
  });
  onTestFinished(() => registry.stop());
  const http = createHttp();
  const credentials = async () => ({ kind: 'basic', username: 'user', password: PASSWORD }) as const;
  const { repository, tag } = parseReference(`${registry.host}/build/api:1.0.0`);
  await pushImage(openRemote({ http, credentials })(repository), build('1.0.0'), tag);
  await http.close();
  return registry;
}

/** A refusal with the login as it came and in the clear. */
function echo(authorization: string): Fault {
  const message = `${authorization} ${Buffer.from(authorization.slice(6), 'base64')}`;
  return { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message }] }) };
}

function login({ host }: Registry): string {
  return JSON.stringify({ auths: { [host]: { auth: base64(`user:${PASSWORD}`) } } });
}

function environments({ host }: Registry, setting: string): string {
  return `version: 1
images: { api: { source: ${host}/build/api } }
signing: { key: env://COSIGN_PRIVATE_KEY }
environments:
  dev:
    from: build
    registry: ${setting.startsWith('commit') ? '[{ push: "oci:../registries/dev", pull: registry.example/dev }]' : `[{ push: "${host}/dev", pull: registry.example/dev }]`}
    files: ["dev/*.yaml"]
    ${setting}
`;
}

async function inProcess(
  cwd: string,
  env: Readonly<Record<string, string>>,
  printed: string[],
  args: readonly string[],
): Promise<number> {
  const { code, stdout, stderr } = await runPromote(cwd, env, args);
  printed.push(stdout, stderr);
  return code;
}

function named(text: string, ...more: readonly string[]): readonly string[] {
  const lines = KEY.split('\n').filter(line => line.length > 20 && !line.startsWith('-----'));
  return ['marked-', base64(`user:${PASSWORD}`), ...lines, ...more].filter(secret => text.includes(secret));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

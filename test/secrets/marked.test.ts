import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type Parrot, startParrot } from '../servers/parrot.ts';
import { newPrivateKey, toPem } from '../signing/keys.ts';

const STATUSES = [400, 401, 403, 404, 409, 422];
const IMAGE = 'api=registry.example/build/api:1.0.0';
const KEY = toPem(newPrivateKey());

/** Marked, so that one word finds them all; the key by one of its lines. */
const SECRETS = {
  registry: 'marked-registry-password',
  identity: 'marked-identity-token',
  github: 'marked-github-token',
  gitlab: 'marked-gitlab-token',
  job: 'marked-job-token',
  git: 'marked-git-token',
  url: 'marked-url-password',
  helper: 'marked-helper-secret',
  password: 'marked-key-password',
};

let parrot: Parrot;
let directory: string;
beforeAll(async () => {
  parrot = await startParrot();
  directory = await mkdtemp(join(tmpdir(), 'promote-secrets-'));
  await mkdir(join(directory, 'bin'));
  const helper = `#!/bin/sh\necho "no ${SECRETS.helper}" >&2; echo ${SECRETS.helper}; exit 1\n`;
  await writeFile(join(directory, 'bin/docker-credential-marked'), helper, { mode: 0o755 });
});
afterAll(async () => {
  await parrot.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a secret is in nothing that a failing command prints', () => {
  it.each(STATUSES)('where registries answer %i with all that they were sent', async status => {
    const logins = [
      { auths: { [parrot.host]: { auth: base64(`user:${SECRETS.registry}`) } } },
      { auths: { [parrot.host]: { identitytoken: SECRETS.identity } } },
    ];
    for (const [index, login] of logins.entries()) {
      const home = await place(`registry-${status}-${index}`, '.docker/config.json', JSON.stringify(login));
      for (const kind of index === 0 ? ['basic', 'bearer'] : ['bearer']) {
        const image = `${parrot.host}/status-${status}/${kind}/api:1.0.0`;
        for (const args of [
          ['inspect', image],
          ['copy', image, `oci:${home}/copy:1`],
          ['copy', image, `${parrot.host}/status-${status}/${kind}/other:1.0.0`],
          ['verify', image, '--key', 'cosign.pub'],
        ]) {
          await failsSilently(home, { HOME: home }, args);
        }
      }
    }
    expect(parrot.heard([SECRETS.registry])).toBeGreaterThan(0);
  });

  it.each([401, 403, 422])('where forges and Git servers answer %i so', async status => {
    const url = `http://${parrot.host}`;
    const repository = `${url}/acme/status-${status}`;
    const github = { GITHUB_SERVER_URL: url, GITHUB_API_URL: url, PROMOTE_GITHUB_RATE_LIMITS: 'none' };
    const git = { PROMOTE_GIT_TOKEN: SECRETS.git, PROMOTE_GIT_HOST: parrot.host };
    const withLogin = repository.replace('://', `://user:${SECRETS.url}@`);
    const cases: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
      ['github', repository, { ...github, GITHUB_TOKEN: SECRETS.github }],
      ['gitlab', repository, { CI_SERVER_URL: url, PROMOTE_GITLAB_TOKEN: SECRETS.gitlab }],
      ['gitlab', repository, { CI_SERVER_URL: url, CI_JOB_TOKEN: SECRETS.job }],
      ['git', repository, git],
      ['git', repository, { ...git, PATH: '' }],
      ['git', withLogin, {}],
    ];
    for (const [index, [forge, address, env]] of cases.entries()) {
      const home = await place(
        `forge-${status}-${index}`,
        'environments.yaml',
        environments(`deployments: { repository: "${repository}", forge: ${forge} }`),
      );
      const file = `${address}//environments.yaml@main`;
      for (const args of [
        ['plan', 'dev', '--image', IMAGE, '--file', 'environments.yaml'],
        ['status', '--file', file],
      ]) {
        await failsSilently(home, { HOME: home, ...env }, args);
      }
    }
    for (const name of ['github', 'gitlab', 'git', 'url'] as const)
      expect([name, parrot.heard([SECRETS[name]]) > 0]).toEqual([name, true]);
  });

  it('where a credential helper prints it', async () => {
    const login = { credHelpers: { [parrot.host]: 'marked' } };
    const home = await place('helper', '.docker/config.json', JSON.stringify(login));
    await failsSilently(home, { HOME: home }, ['inspect', `${parrot.host}/basic/api:1.0.0`]);
  });

  it.each(['text', 'json', 'markdown'])('where a key is given in place of its name, as %s', async format => {
    const encoded = base64(KEY);
    for (const key of [KEY, encoded, KEY.trim().replaceAll('\n', '\\n')]) {
      for (const args of [
        ['sign', 'registry.example/api:1', '--key', key],
        ['sign', 'registry.example/api:1', `--key=${key}`],
        ['sign', key],
        ['verify', 'registry.example/api:1', '--key', key],
        ['apply', key],
        ['plan', 'dev', '--image', `api=${key}`],
        ['plan', 'dev', '--out', key],
        [key],
      ]) {
        const printed = await failsSilently(directory, {}, [...args, '--format', format]);
        expect(printed).toContain('it is a private key itself');
      }
    }
    for (const setting of [
      `signing: { key: ${JSON.stringify(KEY)} }`,
      `signing: { key: "${encoded}" }`,
      `signing:\n  key: |\n    ${KEY.replaceAll('\n', '\n    ')}`,
      // Such a file is no YAML, and the place of the fault is within the key.
      `signing:\n  key: ${KEY}`,
    ]) {
      const home = await place(`file-${format}`, 'environments.yaml', environments(setting));
      await failsSilently(home, {}, ['check', '--format', format]);
      await failsSilently(home, {}, ['plan', 'dev', '--format', format]);
    }
  });

  it('where it is given in place of something else', async () => {
    const env = { COSIGN_PASSWORD: SECRETS.password, GITHUB_TOKEN: SECRETS.github };
    const home = await place('misplaced', 'environments.yaml', environments(''));
    for (const args of [
      ['sign', 'registry.example/api:1', '--key', SECRETS.password],
      ['plan', 'dev', '--image', `api=https://${SECRETS.github}@ghcr.io/acme/api`],
      ['status', '--file', `https://${SECRETS.github}@github.com/acme/gitops`],
      [SECRETS.github],
      ['plan', `--${SECRETS.github}`],
    ]) {
      await failsSilently(home, env, args);
    }
  });

  it('where a proxy or an address holds it', async () => {
    const home = await place('proxy', 'environments.yaml', environments(''));
    const proxy = `http://user:${SECRETS.url}@127.0.0.1:9`;
    const image = 'registry.example/api:1';
    await failsSilently(home, { HTTPS_PROXY: proxy, HOME: home }, ['inspect', image]);
    const file = `https://gitlab.invalid/acme/gitops?token=${SECRETS.git}//environments.yaml@main`;
    await failsSilently(home, { HTTPS_PROXY: proxy, HOME: home }, ['status', '--file', file]);
  });
});

/** Runs it in each format and searches all that it printed, and the plan that it may have left. */
async function failsSilently(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const printed: string[] = [];
  const sink = { write: (text: string) => printed.push(text) };
  const PATH = [join(directory, 'bin'), process.env.PATH].join(':');
  const signal = new AbortController().signal;
  const code = await main(args, { cwd, env: { PATH, ...env }, stdout: sink, stderr: sink, signal });
  const text = printed.join('');
  expect([args[0], code]).not.toEqual([args[0], 0]);
  expect(text).not.toContain('unexpected error');
  expect(seen(text), `promote ${args.join(' ')}\n${text}`).toEqual([]);
  return text;
}

/** Every secret that a text holds, in whatever form. */
function seen(text: string): readonly string[] {
  const lines = KEY.split('\n').filter(line => line.length > 20 && !line.startsWith('-----'));
  const all = [...Object.values(SECRETS), ...lines, ...lines.map(base64)];
  const forms = all.flatMap(secret => [
    secret,
    base64(secret),
    base64(`user:${secret}`),
    secret.slice(0, 40),
  ]);
  return [...forms, 'marked-'].filter(form => text.includes(form));
}

async function place(name: string, path: string, text: string): Promise<string> {
  const home = join(directory, name);
  await mkdir(join(home, path, '..'), { recursive: true });
  await writeFile(join(home, path), text);
  return home;
}

function environments(more: string): string {
  return `version: 1
images: { api: { source: registry.example/build/api } }
environments:
  dev: { from: build, registry: registry.example/dev, files: ["dev/*.yaml"] }
${more}
`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

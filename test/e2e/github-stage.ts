import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout.ts';
import { pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { fields, items } from '../servers/github/request.ts';
import { BOT, type GitHubServer, tokenOf } from '../servers/github.ts';
import { runProgram } from '../servers/tools.ts';
import type { Ran } from './world.ts';

/** A shop on GitHub, changed by the command line from a directory that holds no checkout. */
export interface GitHubStage {
  readonly server: GitHubServer;
  /** Runs a command with the environments file on GitHub; `env` goes on top of a CI's variables. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** The same, with its JSON result; fails where the command does. */
  result(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** Builds a version and puts it into dev. */
  release(version: string): Promise<void>;
  /** Approves the newest open pull request. */
  approve(name: string): Promise<void>;
  /** Merges the newest open pull request as a person does. */
  merge(): Promise<void>;
  /** Branch and state of every pull request, the newest first. */
  pulls(): Promise<readonly string[]>;
  /** The newest status of the newest open pull request's head. */
  status(): Promise<string>;
  /** A file's text on the branch. */
  file(path: string): Promise<string>;
  tags(): Promise<readonly string[]>;
  /** Makes the directory that commands run in a checkout of the branch's files. */
  checkOut(): Promise<void>;
}

/** Creates the stage; `settings` are lines of production's entry. */
export async function createGitHubStage(settings: readonly string[]): Promise<GitHubStage> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-github-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await useGitHub();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await pushFiles(server, {
    'environments.yaml': environments(`${server.url}/acme/gitops`, settings),
    'cosign.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'dev/api.yaml': values('dev'),
    'production/api.yaml': values('production'),
  });
  const store = openLayout(directory);
  const variables = {
    PATH: process.env.PATH ?? '',
    CI: 'true',
    GITHUB_SERVER_URL: server.url,
    GITHUB_API_URL: server.url,
    GITHUB_REPOSITORY: 'acme/gitops',
    GITHUB_TOKEN: tokenOf(BOT),
    PROMOTE_GITHUB_RATE_LIMITS: 'none',
    COSIGN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const ask = async (path: string) => (await server.as('alice', 'GET', path)).body;
  const open = async () => items(await ask('pulls?state=open'))[0] ?? {};
  const stage: GitHubStage = {
    server,
    run: async (args, env = {}) => {
      const out = { stdout: '', stderr: '' };
      const sink = (name: keyof typeof out) => ({
        write: (text: string) => {
          out[name] += text;
        },
      });
      const file = `${server.url}/acme/gitops//environments.yaml@main`;
      const code = await main([...args, '--file', file, '--format', 'json'], {
        cwd: directory,
        env: { ...variables, ...env },
        stdout: sink('stdout'),
        stderr: sink('stderr'),
        signal: new AbortController().signal,
      });
      return { code, ...out };
    },
    result: async (...args) => {
      const { code, stdout, stderr } = await stage.run(args);
      if (code !== 0) throw new Error(`ended with ${code}: ${stderr}${stdout}`);
      return fields(JSON.parse(stdout));
    },
    release: async version => {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      const image = buildImage({ platforms, layers: [version] });
      await pushImage(store(parseRepositoryName('oci:build/api')), image, version);
      await stage.result('apply', 'dev', '--image', `api=oci:build/api:${version}`);
    },
    approve: async name => {
      const { number } = await open();
      await server.as(name, 'POST', `pulls/${number}/reviews`, { event: 'APPROVE', body: 'good' });
    },
    merge: async () => {
      const { number } = await open();
      await server.as('alice', 'PUT', `pulls/${number}/merge`, { merge_method: 'squash' });
    },
    pulls: async () =>
      items(await ask('pulls?state=all')).map(({ head, state }) => `${fields(head).ref} ${state}`),
    status: async () => {
      const { head } = await open();
      const [newest] = items(await ask(`commits/${fields(head).sha}/statuses`));
      return String(newest?.state);
    },
    file: async path => {
      const { content } = fields(await ask(`contents/${encodeURIComponent(path)}?ref=main`));
      return Buffer.from(String(content), 'base64').toString();
    },
    tags: async () => (await store(parseRepositoryName('oci:production/api')).tags()) ?? [],
    checkOut: async () => {
      const git = async (...args: string[]) => await runProgram('git', ['-C', directory, ...args]);
      await git('init', '--quiet');
      for (const path of FILES) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), await stage.file(path));
      }
      await git('add', ...FILES);
    },
  };
  return stage;
}

const FILES = ['environments.yaml', 'cosign.pub', 'dev/api.yaml', 'production/api.yaml'];

function environments(repository: string, settings: readonly string[]): string {
  return `version: 1
images: { api: {} }
deployments: { repository: "${repository}", branch: main }
signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: "oci:dev", files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: "oci:production"
    files: ["production/*.yaml"]
${settings.map(line => `    ${line}\n`).join('')}`;
}

function values(environment: string): string {
  return `image:\n  repository: oci:${environment}/api\n  tag: "0"\n`;
}

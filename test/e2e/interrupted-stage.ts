import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { type Digest, isDigest } from '../../src/oci/digest.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { CLI, COMPILED, runPromote } from '../built/run-promote.ts';
import { startRegistry } from '../servers/registry.ts';
import type { GitHubPlace } from './github-place.ts';
import type { GitLabPlace } from './gitlab-place.ts';
import type { Pull } from './review-place.ts';
import { build, push } from './shop.ts';

const BRANCH = 'promote/production/all';

/** A shop on a forge and a registry, whose runs are killed at one of the writes that they make to either. */
export interface InterruptedStage {
  /** Brings production as far as it goes, in a process that is killed at a write; answers whether it was. */
  applyAndDie(write: number): Promise<boolean>;
  /** The same undisturbed, and the writes that it made. */
  apply(): Promise<readonly string[]>;
  approve(name: string): Promise<void>;
  pulls(): Promise<readonly Pull[]>;
  /** Nothing that counts names an image that is absent, incomplete, unsigned or unrecorded. */
  expectNoLies(): Promise<void>;
  /** One pull request, open, whose reviewers are asked. */
  expectProposed(): Promise<void>;
  /** One pull request, merged, that says what it did, and everything that it promised at the registry. */
  expectDone(): Promise<void>;
}

/** Who takes a write. */
export type Server = 'forge' | 'registry';

/** Creates the stage: an image in dev, that production asks one review for and then merges by itself; runs die at writes to these servers. */
export async function createInterruptedStage(
  place: GitHubPlace | GitLabPlace,
  diesAt: readonly Server[],
): Promise<InterruptedStage> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-interrupted-'));
  let writes: string[] = [];
  let kill: { readonly pid: number; left: number } | undefined;
  const note = (server: Server, line: string) => {
    if (/^(?:GET|HEAD) |git-upload-pack/.test(line)) return undefined;
    writes.push(line);
    if (kill === undefined || !diesAt.includes(server)) return undefined;
    kill.left -= 1;
    // With everything it has started: a push that goes on alone would be no interruption.
    if (kill.left === 0) process.kill(-kill.pid, 'SIGKILL');
    return undefined;
  };
  const registry = await startRegistry({
    faults: ({ method, path }) => note('registry', `${method} ${path}`),
  });
  const http = createHttp();
  onTestFinished(async () => {
    await Promise.all([http.close(), registry.stop(), rm(directory, { recursive: true, force: true })]);
  });
  const digest = await push(build('1.0.0', 1, 1), `${registry.host}/dev/api:1.0.0`);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await place.push({
    'environments.yaml': environments(place.url, registry.host),
    'cosign.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'dev/api.yaml': values(`${registry.host}/dev/api`, `1.0.0@${digest}`),
    'production/api.yaml': values(`${registry.host}/production/api`, '0'),
  });
  place.server.faults = line => note('forge', line);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    ...place.variables,
    COSIGN_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const store = openRemote({ http, credentials: async () => undefined })(
    parseReference(`${registry.host}/production/api`).repository,
  );
  const file = ['--file', `${place.url}//environments.yaml@main`];
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runPromote(directory, env, [...args, ...file]);
    expect(code, stdout + stderr).toBe(0);
  };
  const expectSound = async (named: Digest) => {
    expect((await checkClosure(store, named)).lacks).toEqual([]);
    const kinds = (await store.referrers(named)).map(({ artifactType }) => artifactType);
    expect(kinds.length, 'signature and record').toBe(2);
  };

  return {
    async applyAndDie(write) {
      writes = [];
      const options = {
        cwd: directory,
        env: { ...COMPILED, ...env },
        stdio: 'ignore',
        detached: true,
      } as const;
      const child = spawn('node', [CLI, 'apply', 'production', ...file], options);
      if (child.pid !== undefined) kill = { pid: child.pid, left: write };
      const [code, signal] = await once(child, 'exit');
      kill = undefined;
      if (signal === null) expect(code).toBe(0);
      return signal === 'SIGKILL';
    },
    async apply() {
      writes = [];
      await run('apply', 'production');
      return writes;
    },
    approve: async name => {
      const [newest] = await place.pulls.list();
      await place.pulls.approve(newest?.number ?? 0, name);
    },
    pulls: place.pulls.list,
    async expectNoLies() {
      const pinned = /sha256:[0-9a-f]{64}/.exec(await place.file('production/api.yaml'))?.[0];
      const tags = ((await store.tags()) ?? []).filter(tag => !tag.startsWith('sha256-'));
      const tagged = await Promise.all(tags.map(async tag => (await store.head(tag))?.digest));
      const pulls = await place.pulls.list();
      expect(pulls.length).toBeLessThanOrEqual(1);
      const green = await Promise.all(
        pulls.map(async ({ head }) => ((await place.pulls.status(head)) === 'success' ? [digest] : [])),
      );
      for (const named of [pinned, ...tagged, ...green.flat()]) {
        if (named !== undefined && isDigest(named)) await expectSound(named);
      }
    },
    async expectProposed() {
      const asked = { state: 'open', labels: ['promotion'], reviewers: ['alice'] };
      expect(await place.pulls.list()).toMatchObject([asked]);
    },
    async expectDone() {
      const pulls = await place.pulls.list();
      expect(pulls).toMatchObject([{ branch: BRANCH, state: 'merged', labels: ['promotion'] }]);
      const [{ head, body, title } = { head: '', body: '', title: '' }] = pulls;
      expect(title).toBe('Promote api 1.0.0 to production');
      expect(body).toContain(digest);
      expect(body).toMatch(/🟢 \*\*approval\*\*/);
      expect(body).not.toContain('CAUTION');
      expect(await place.pulls.status(head)).toBe('success');
      expect(await place.file('production/api.yaml')).toContain(`1.0.0@${digest}`);
      expect((await store.head('1.0.0'))?.digest).toBe(digest);
      await run('verify', 'production');
    },
  };
}

function environments(repository: string, host: string): string {
  return `version: 1
images: { api: {} }
deployments: { repository: "${repository}", branch: main }
signing: { key: env://COSIGN_PRIVATE_KEY, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"], commit: direct }
  production:
    from: dev
    registry: ${host}/production
    files: ["production/*.yaml"]
    gates: { approval: { count: 1 } }
    pullRequest: { merge: automatic, labels: [promotion], reviewers: [alice] }
`;
}

function values(repository: string, tag: string): string {
  return `image:\n  repository: ${repository}\n  tag: "${tag}"\n`;
}

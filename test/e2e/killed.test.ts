import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { isDigest } from '../../src/oci/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { readClosure } from '../../src/registry/closure.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature } from '../../src/signing/find.ts';
import { loadPublicKey } from '../../src/signing/public-key.ts';
import { noRoot } from '../../src/signing/trust.ts';
import { trustedKey } from '../../src/signing/trusted-signer.ts';
import { CLI, COMPILED } from '../built/run-promote.ts';
import { keep, keepRepositories } from '../servers/keep.ts';
import { type SeenRequest, startRegistry } from '../servers/registry.ts';
import type { Repositories } from '../servers/registry-routes.ts';
import { addOrigin, killAtPush } from './origin.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describe('a run that is killed', () => {
  let stage: Awaited<ReturnType<typeof createStage>>;
  beforeAll(async () => {
    stage = await createStage();
  });
  beforeEach(() => stage.restore());
  afterAll(() => stage.close());

  it('leaves no lie behind at any write to the registry, and the next run completes it', async () => {
    for (let write = 1; ; write += 1) {
      await stage.restore();
      const killed = await stage.apply({ atWrite: write });
      await stage.expectNoLies();
      if (!killed) {
        expect(write).toBeGreaterThan(15);
        break;
      }
      await stage.expectCompletedByRerun();
    }
  });

  it('is completed after it died while Git took the push', async () => {
    expect(await stage.apply({ atPush: true })).toBe(true);
    await stage.expectNoLies();
    await stage.expectCompletedByRerun();
  });
});

/** A registry that kills the running command at a write, and a deployment repository with a remote. */
async function createStage() {
  let pid: number | undefined;
  let left = 0;
  const repositories: Repositories = new Map();
  const registry = await startRegistry({
    repositories,
    referrers: false,
    faults: request => {
      if (pid === undefined || !isWrite(request)) return undefined;
      left -= 1;
      if (left === 0) process.kill(pid, 'SIGKILL');
      return undefined;
    },
  });
  const world = await createShop({ near: registry.host, far: registry.host });
  await addOrigin(world);
  await push(build('1.0.0', 2, 1), `${registry.host}/build/api:1.0.0`);
  const http = createHttp();
  const open = openRemote({ http, credentials: async () => undefined });
  const remote = (...rest: readonly string[]) =>
    world.git('--git-dir', join(world.directory, 'origin.git'), ...rest);
  const args = ['apply', 'dev', '--image', `api=${registry.host}/build/api:1.0.0`];
  const restores = [keepRepositories(repositories), await keep(world.directory)];

  return {
    /** Brings back what there was before the first run. */
    restore: async () => {
      await Promise.all(restores.map(restored => restored()));
    },
    /** Whether the command was killed. */
    async apply({ atWrite = 0, atPush = false }): Promise<boolean> {
      const child = spawn('node', [CLI, ...args], {
        cwd: world.repository,
        env: { ...COMPILED, ...world.env },
        stdio: 'ignore',
      });
      [pid, left] = [child.pid, atWrite];
      if (atPush) await killAtPush(world, pid);
      const [code, signal] = await once(child, 'exit');
      pid = undefined;
      if (signal === null) expect(code).toBe(0);
      return signal === 'SIGKILL';
    },
    /** Every pin of the branch names a complete, signed image, and so does every tag. */
    async expectNoLies(): Promise<void> {
      const pinned = /tag: "[^"@]*@(sha256:[0-9a-f]{64})"/.exec(
        await remote('show', 'main:dev/values.yaml'),
      )?.[1];
      const store = open(parseReference(`${registry.host}/dev/api`).repository);
      const tags = (await store.tags()) ?? [];
      const tagged = tags
        .filter(tag => !tag.startsWith('sha256-'))
        .map(async tag => (await store.head(tag))?.digest);
      for (const digest of [pinned, ...(await Promise.all(tagged))]) {
        if (digest !== undefined) await expectPromoted(world, store, digest);
      }
    },
    async expectCompletedByRerun(): Promise<void> {
      expect(await world.run(...args)).toMatchObject({ code: 0 });
      expect(await remote('show', 'main:dev/values.yaml')).toMatch(/tag: "1\.0\.0@sha256:/);
      await this.expectNoLies();
      registry.requests();
      const commits = await remote('rev-list', '--count', 'main');
      expect(await world.run(...args)).toMatchObject({ code: 0 });
      expect(registry.requests().filter(isWrite)).toEqual([]);
      expect([commits, await remote('rev-list', '--count', 'main')]).toEqual(['2', '2']);
    },
    close: async () => await Promise.all([http.close(), registry.stop(), world.close()]),
  };
}

async function expectPromoted(world: World, store: Store, digest: string): Promise<void> {
  if (!isDigest(digest)) throw new Error(`not a digest: ${digest}`);
  const { manifests } = await readClosure(store, digest);
  for (const manifest of manifests.map(parseManifest)) {
    if (manifest.kind === 'index') continue;
    for (const blob of [manifest.config, ...manifest.layers]) for await (const _ of await store.blob(blob));
  }
  const key = loadPublicKey(await world.read('cosign.pub'));
  const trust = { signers: [trustedKey(key)], root: noRoot };
  const referrers = await store.referrers(digest);
  expect(await findSignature({ store, referrers, digest, trust })).toBeDefined();
}

function isWrite({ method }: Pick<SeenRequest, 'method'>): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

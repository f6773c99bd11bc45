import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CLI, COMPILED } from '../built/run-promote.ts';
import { keep, keepRepositories } from '../servers/keep.ts';
import { type Registry, startRegistry } from '../servers/registry.ts';
import type { Repositories } from '../servers/registry-routes.ts';
import { describeWith } from '../servers/tools.ts';
import { addOrigin, killAtPush } from './origin.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

const ROLLBACK = ['rollback', 'production', '--yes', '--approved-by', 'ann'];

describeWith(['git'], 'a rollback that is killed', () => {
  let stage: Awaited<ReturnType<typeof createStage>>;
  let restore: () => Promise<void>;
  beforeAll(async () => {
    stage = await createStage();
    restore = await stage.keep();
  });
  beforeEach(() => restore());
  afterAll(() => stage.close());

  it('changes pins and holds together or not at all, and the next run completes it', async () => {
    for (let write = 1; ; write += 1) {
      await restore();
      const killed = await stage.rollBack({ atWrite: write });
      await stage.expectOneState();
      if (!killed) {
        expect(write).toBeGreaterThan(4);
        break;
      }
      await stage.expectCompletedByRerun();
    }
  });

  it('is completed after it died while Git took the push', async () => {
    expect(await stage.rollBack({ atPush: true })).toBe(true);
    await stage.expectOneState();
    await stage.expectCompletedByRerun();
  });
});

/** A shop that has 1.1.0 in production after 1.0.0, and a registry that kills the running command at a write. */
async function createStage() {
  let pid: number | undefined;
  let left = 0;
  const repositories: Repositories = new Map();
  const registry = await startRegistry({
    repositories,
    referrers: false,
    faults: ({ method }) => {
      if (pid === undefined || method === 'GET' || method === 'HEAD') return undefined;
      left -= 1;
      if (left === 0) process.kill(pid, 'SIGKILL');
      return undefined;
    },
  });
  const world = await createShop({ near: registry.host, far: registry.host });
  await addOrigin(world);
  for (const version of ['1.0.0', '1.1.0']) await deliver(world, registry, version);
  const show = (path: string) =>
    world.git('--git-dir', join(world.directory, 'origin.git'), 'show', `main:${path}`).catch(() => '');

  return {
    /** Whether the command was killed. */
    async rollBack({ atWrite = 0, atPush = false }): Promise<boolean> {
      const child = spawn('node', [CLI, ...ROLLBACK], {
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
    async expectOneState(): Promise<void> {
      const isBack = (await show('production/deployment.yaml')).includes(':1.0.0@');
      expect((await show('promote-holds.yaml')).includes('image: api')).toBe(isBack);
    },
    async expectCompletedByRerun(): Promise<void> {
      expect(await world.run(...ROLLBACK)).toMatchObject({ code: 0 });
      expect(await show('production/deployment.yaml')).toContain(':1.0.0@');
      const digest = /sha256:[0-9a-f]{64}/.exec(await show('production/deployment.yaml'))?.[0];
      const moved = [
        'copy',
        '--format',
        'json',
        `${registry.host}/production/api:1`,
        `${registry.host}/out/api`,
      ];
      expect(JSON.parse((await world.run(...moved)).stdout)).toMatchObject({ digest });
      await this.expectOneState();
      const again = await world.run(...ROLLBACK, '--format', 'json');
      expect(JSON.parse(again.stdout)).toMatchObject({ state: 'nothing' });
    },
    /** Keeps what there is at the registry and in the repositories; answers what brings it back. */
    async keep() {
      const restores = [keepRepositories(repositories), await keep(world.directory)];
      return async () => {
        await Promise.all(restores.map(restored => restored()));
      };
    },
    close: async () => await Promise.all([registry.stop(), world.close()]),
  };
}

async function deliver(world: World, { host }: Registry, version: string): Promise<void> {
  await push(build(version, 1, 1), `${host}/build/api:${version}`);
  const runs = [
    ['apply', 'dev', '--image', `api=${host}/build/api:${version}`],
    ['apply', 'qa'],
    ['apply', 'production', '--approved-by', 'ann'],
  ];
  for (const args of runs) expect(await world.run(...args)).toMatchObject({ code: 0 });
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Repository } from '../../src/git/repository.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

/**
 * A run knows of earlier ones only what these left at the forge, in Git and at the registries: where the third leaves
 * all of it as it was, so does every other. Each has another time and another address, which must not show anywhere.
 */
const RUNS = 3;

describeWith(['git'], 'an unchanged world', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it.each<[string, (shop: ReviewWorld) => Promise<void>]>([
    ['waits for reviews', async () => undefined],
    ['was approved', async ({ forge }) => await forge.review('alice')],
    [
      'was approved and has a successor',
      async ({ forge, apply, release }) => {
        await forge.review('alice');
        await apply();
        await release('1.1.0');
      },
    ],
    ['was pushed to', async ({ commit }) => await commit('promote/production/all', 'README.md', 'mine\n')],
    [
      'has a closed gate',
      async ({ commit }) =>
        await commit('main', 'dev/extra.yaml', 'image: { repository: oci:../dev/api, tag: "0.1" }\n'),
    ],
    [
      'was closed since nothing was left to promote',
      async ({ commit }) => {
        const production = 'image:\n  repository: oci:../dev/api\n  tag: "0"\n';
        await commit('main', 'dev/api.yaml', production);
      },
    ],
    [
      'adopts what a person pinned',
      async ({ commit, world }) => {
        const dev = await world.read('dev/api.yaml');
        await commit('main', 'production/api.yaml', dev.replace('dev/api', 'production/api'));
      },
    ],
    ['was declined', async ({ forge }) => await forge.end('closed')],
    [
      'is done',
      async ({ forge, apply }) => {
        await forge.review('alice');
        await apply();
        await forge.end('merged');
      },
    ],
  ])('that %s is left alone by every further run', async (_, prepare) => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await prepare(shop);
    await shop.apply();
    const refs = await shop.world.git('for-each-ref');
    const files = await filesBelow(shop.world.directory);
    shop.forge.calls();
    for (let run = 0; run < RUNS; run += 1) {
      const now = new Date(Date.UTC(2026, 10, 22 + run));
      Object.assign(shop.effects, { now: () => now });
      await shop.apply({ runUrl: `https://ci.example/${run}` });
    }
    expect(shop.forge.calls().filter(call => call.endsWith('!'))).toEqual([]);
    expect(await shop.world.git('for-each-ref')).toBe(refs);
    expect(await filesBelow(shop.world.directory)).toEqual(files);
  });

  it.each([
    // One more tells who pushed the branch, as a review counts only where that is known.
    ['waits for reviews', false, 7],
    ['is done', true, 6],
  ])('that %s costs few requests', async (_, isDone, most) => {
    shop = await createReviewWorld(isDone ? [] : ['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    if (isDone) await shop.forge.end('merged');
    await shop.apply();
    const asked = await countRequests(shop);
    await shop.apply();
    const requests = [...asked, ...shop.forge.calls()];
    expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(most);
  });
});

/** Counts what would be requests to a forge's API; blobs come from a checkout. */
async function countRequests({ effects, forge }: ReviewWorld): Promise<readonly string[]> {
  const asked: string[] = [];
  const repository = await effects.repository({});
  const trees = new Set<string>();
  const note = (commit: string) => {
    if (!trees.has(commit)) asked.push('tree');
    trees.add(commit);
  };
  const counting: Repository = {
    ...repository,
    head: async branch => {
      asked.push('head');
      return await repository.head(branch);
    },
    list: async commit => {
      note(commit);
      return await repository.list(commit);
    },
    tree: async commit => {
      note(commit);
      return await repository.tree(commit);
    },
  };
  Object.assign(effects, { repository: async () => counting });
  forge.calls();
  return asked;
}

/** What lies below a directory and when it was written, but for what Git's own reading refreshes. */
async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() && entry.name !== 'index');
  const stats = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return `${path} ${(await stat(path)).mtimeMs}`;
  });
  return (await Promise.all(stats)).toSorted();
}

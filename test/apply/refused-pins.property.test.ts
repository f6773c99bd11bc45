import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assert, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const NAME = 'oci:../production/api';
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Files in which an edit would leave a half behind, whatever they look like. */
const refused = record({
  form: constantFrom(
    `tag: "1"\napi: { image: "${NAME}" }\n`,
    `shop: { imageTag: "1", api: { image: "${NAME}" } }\n`,
    `api: { image: "${NAME}", version: "1" }\n`,
    `api: { image: "${NAME}", tagSuffix: -debian }\n`,
    `image:\n  repository: "${NAME}"\n  tag: "1"\n  tagSuffix: -debian\n`,
    `image: { repository: "${NAME}", tag: "1", digest: "", digestChroot: "${DIGEST}" }\n`,
    `image: { repository: "${NAME}", tag: &v "1", digest: "" }\nappVersion: *v\n`,
  ),
  before: constantFrom('', '# kept\n', 'replicas: 3\n---\n'),
  end: constantFrom('\n', '\r\n'),
  bom: boolean(),
  /** Whether the image's other file, which is fine, comes before it or behind it. */
  path: constantFrom('production/a.yaml', 'production/z.yaml'),
}).map(({ form, before, end, bom, path }) => ({
  path,
  text: `${bom ? '\uFEFF' : ''}${(before + form).replaceAll('\n', end)}`,
}));

describeWith(['git'], 'a pin that is refused', () => {
  let shop: ReviewWorld;
  afterAll(async () => await shop.world.close());

  it('leaves every registry and the repository as they were', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    const before = contents(shop.world.directory);
    await assert(
      asyncProperty(refused, async ({ path, text }) => {
        await shop.commit('main', path, text);
        const head = await shop.world.git('rev-parse', 'HEAD');
        const outcome = await shop.apply().then(
          ({ state }) => state,
          ({ code }) => code,
        );
        expect(['closed', 'failed', 'INVALID']).toContain(outcome);
        expect(contents(shop.world.directory)).toEqual(before);
        const [now, status] = await Promise.all([
          shop.world.git('for-each-ref', '--format=%(objectname)'),
          shop.world.git('status', '--porcelain'),
        ]);
        expect([now, status]).toEqual([head, '']);
        await shop.world.git('rm', '--quiet', path);
      }),
      { numRuns: 12 },
    );
    // What stood in the way was that file alone.
    await shop.world.git('commit', '--quiet', '--message=Clean');
    expect(await shop.apply()).toMatchObject({ state: 'done' });
  });
});

/** Every file of the registries, with its size and when it was written. */
function contents(directory: string) {
  return globSync('{build,dev,production}/**', { cwd: directory })
    .map(path => [path, statSync(join(directory, path))] as const)
    .filter(([, stat]) => stat.isFile())
    .map(([path, { size, mtimeMs }]) => [path, size, mtimeMs]);
}

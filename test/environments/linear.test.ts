import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { PromoteError } from '../../src/errors.ts';
import { countSteps } from '../count-steps.ts';

const list = (length: number, entry: (index: number) => string) =>
  Array.from({ length }, (_, index) => entry(index)).join(', ');

const file = (images: string, environments: string) =>
  `version: 1\nimages: { ${images} }\nenvironments: { ${environments} }\n`;

const ONE = 'e: { from: build, registry: ghcr.io/acme/e, files: ["apps/**"]';

const STAGES = ['dev', 'qa', 'staging', 'production']
  .map((name, index, all) => {
    const from = index === 0 ? 'build' : all[index - 1];
    return `${name}: { from: ${from}, registry: ghcr.io/acme/${name}, files: ["apps/*/${name}/**"] }`;
  })
  .join(', ');

describe('a file is read in time that grows as it does', () => {
  it.each<[string, (n: number) => string]>([
    [
      'many images',
      n =>
        file(
          list(n, i => `image-${i}: { source: ghcr.io/acme/build/image-${i} }`),
          STAGES,
        ),
    ],
    [
      'many images in one repository path of every environment',
      n =>
        file(
          list(n, i => `image-${i}: {}`),
          STAGES.replace(/acme\/\w+/g, 'acme/shared'),
        ),
    ],
    [
      'a long line of environments',
      n =>
        file(
          'api: {}',
          list(
            n,
            i =>
              `e${i}: { from: ${i === 0 ? 'build' : `e${i - 1}`}, registry: a.io/e${i}, files: ["${i}/**"] }`,
          ),
        ),
    ],
    [
      'environments that share a repository',
      n =>
        file(
          'api: {}',
          list(
            n,
            i =>
              `e${i}: { from: build, registry: a.io/x, files: ["${i}/**"], tags: [{ name: latest, moves: true }] }`,
          ),
        ),
    ],
    [
      'many registries',
      n =>
        file(
          'api: {}',
          `e: { from: build, files: [x], registry: [${list(n, i => `{ push: a.io/e${i} }`)}] }`,
        ),
    ],
    [
      'many groups',
      n =>
        file(
          list(n, i => `i${i}: {}`),
          `${ONE}, pullRequest: { group: { ${list(n, i => `g${i}: [i${i}]`)} } } }`,
        ),
    ],
    [
      'many groups of images that do not exist',
      n =>
        file(
          list(n, i => `i${i}: {}`),
          `${ONE}, pullRequest: { group: { ${list(n, i => `g${i}: [x${i}]`)} } } }`,
        ),
    ],
    [
      'many signers of images that do not exist',
      n =>
        file(
          list(n, i => `i${i}: {}`),
          `${ONE}, gates: { signature: { key: a.pub, images: [${list(n, i => `x${i}`)}] } } }`,
        ),
    ],
    ['many unknown keys', n => `{ ${list(n, i => `k${i}: 1`)} }`],
    ['a key given often', n => 'version: 1\n'.repeat(n)],
  ])('%s', (_, text) => {
    const steps = (n: number) => countSteps(() => refusedOrNot(text(n)));
    refusedOrNot(text(200)); // what is made once is no step of the file's
    const [once, twice, fourfold] = [steps(200), steps(400), steps(800)];
    // Linear work grows by 2 and 4, quadratic work by 4 and 16; the engine's counts are off by some.
    expect(twice).toBeLessThan(3 * once);
    expect(fourfold).toBeLessThan(8 * once);
  });
});

function refusedOrNot(text: string): void {
  try {
    parseEnvironments(text, 'environments.yaml');
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
  }
}

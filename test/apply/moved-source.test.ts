import { afterEach, expect, it } from 'vitest';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const DEV = parseRepositoryName('oci:../dev/api');

describeWith(['git'], 'a tag that names another image than the digest beside it', () => {
  let shop: ReviewWorld;
  let lines: string[];
  afterEach(async () => await shop.world.close());

  it('closes the promotion onward, with both digests, before anything is written', async () => {
    await released('1.0.0', '1.1.0');
    await retag('1.1.0', '1.0.0');
    const [group] = await planned();
    expect(group?.state).toBe('closed');
    const reason = group?.judged
      .flatMap(({ verdicts }) => verdicts)
      .find(({ gate }) => gate === 'tags')?.reason;
    expect(reason).toMatch(
      /^dev dev\/api\.yaml:\d+ pins 1\.1\.0 at [0-9a-f]{12}, and oci:\.\.\/dev\/api:1\.1\.0 names [0-9a-f]{12}$/,
    );
    await shop.apply();
    expect(await shop.promoted()).toEqual([]);
  });

  it('is told where the source environment lets the tag move', async () => {
    await released('1.0.0', '1.1.0');
    const environments = {
      ...shop.environments,
      environments: shop.environments.environments.map(known =>
        known.name === 'dev' ? { ...known, tags: [{ name: '{tag}', moves: true }] } : known,
      ),
    };
    await retag('1.1.0', '1.0.0');
    lines = [];
    const { groups } = await planEnvironment(shop.effects, environments, REQUEST);
    expect(groups.map(({ state }) => state)).toEqual(['ready']);
    expect(lines.join('\n')).toContain('and the digest decides');
  });

  async function released(...versions: readonly string[]) {
    shop = await createReviewWorld(['commit: direct']);
    lines = [];
    Object.assign(shop.effects, { log: (line: string) => lines.push(line) });
    for (const version of versions) await shop.release(version);
  }

  async function planned() {
    return (await planEnvironment(shop.effects, shop.environments, REQUEST)).groups;
  }

  /** Somebody gives the tag to another image. */
  async function retag(tag: string, other: string) {
    const store = shop.effects.store(DEV);
    const content = await store.manifest(other);
    if (content === undefined) throw new Error(`no ${other}`);
    await store.putManifest(content, tag);
  }
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import { setTags } from '../../src/apply/promote.ts';
import { checkPinnedTags } from '../../src/commands/doctor/check-tags.ts';
import { verifyEnvironment } from '../../src/commands/verify.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const SETTINGS = ['commit: direct', 'tags: ["{tag}", { name: "{tag}-{arch}", platforms: each }]'];
const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
];

describeWith(['git'], 'tags of platforms', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('name the manifest of each platform, once the image is there, and are verified', async () => {
    const image = await released(PLATFORMS);
    expect(await shop.apply()).toMatchObject({ state: 'done' });
    const target = production();
    expect((await target.head('2.0.0'))?.digest).toBe(image.index.descriptor.digest);
    const names = ['2.0.0-amd64', '2.0.0-armv7', '2.0.0-armv6'];
    const named = await Promise.all(names.map(async name => (await target.head(name))?.digest));
    expect(named).toEqual(image.manifests.map(({ descriptor }) => descriptor.digest));
    expect(await shop.apply()).toMatchObject({ state: 'nothing' });
    expect(await shop.world.read('production/api.yaml')).toContain('2.0.0@');
    const checks = async () =>
      (await verifyEnvironment(shop.effects, shop.environments, 'production', 'all')).targets[0]?.checks.tags;
    expect(await checks()).toMatchObject({ state: 'good', summary: ['2.0.0', ...names].join(', ') });
    if (image.manifests[0]) await target.putManifest(image.manifests[0], '2.0.0-armv7');
    const { run } = await planEnvironment(shop.effects, shop.environments, REQUEST);
    const pins = new Map([['production', run.files.pins]]);
    const findings = await checkPinnedTags(shop.effects, shop.environments, pins);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('2.0.0-armv7 is the tag of the platform'),
    ]);
    expect(await checks()).toMatchObject({
      state: 'bad',
      problems: [expect.stringContaining('2.0.0-armv7')],
    });
  });

  it('are part of the plan, of its file and of its digest', async () => {
    const image = await released(PLATFORMS);
    const planned = await planEnvironment(shop.effects, shop.environments, REQUEST);
    const plans = planned.groups.flatMap(group => ('plan' in group ? [group.plan] : []));
    const digest = image.manifests[0]?.descriptor.digest;
    const tags = expect.arrayContaining([{ name: '2.0.0-amd64', moves: false, digest }]);
    expect(plans[0]?.promotions[0]?.targets).toMatchObject([{ tags }]);
    const file = { environment: 'production', images: new Map(), plans, attempt: 1, weights: new Map() };
    expect(parsePlanFile(formatPlanFile(file), 'plan.json').plans).toEqual(plans);
  });

  it('never move: another manifest under one closes the gate, and so does one that comes meanwhile', async () => {
    const image = await released(PLATFORMS);
    const { descriptor } = image.index;
    const taken = buildImage({ platforms: PLATFORMS.slice(0, 1), layers: ['somebody else'] });
    await pushImage(production(), taken, '2.0.0-amd64');
    const applied = await shop.apply();
    expect(applied).toMatchObject({ state: 'closed' });
    const verdicts = applied.groups.flatMap(({ decision }) => decision.judged.flatMap(one => one.verdicts));
    expect(verdicts).toMatchObject([
      { gate: 'tags', reason: expect.stringContaining(':2.0.0-amd64 already') },
    ]);
    const { name } = production();
    const tags = [{ name: '2.0.0-amd64', moves: false, digest: image.manifests[0]?.descriptor.digest }];
    const candidate = { digest: descriptor.digest };
    const arrival = { candidate, target: { repository: name, tags }, content: image.index };
    await expect(setTags(shop.effects, arrival as never)).rejects.toMatchObject({ code: 'TAG_MOVED' });
  });

  it('of an image of one platform name the image itself', async () => {
    const image = await released(PLATFORMS.slice(1, 2), 'single');
    expect(await shop.apply()).toMatchObject({ state: 'done' });
    expect((await production().head('2.0.0-armv7'))?.digest).toBe(image.manifests[0]?.descriptor.digest);
    expect(await shop.apply()).toMatchObject({ state: 'nothing' });
  });

  it('that are lost are set by the next run', async () => {
    const image = await released(PLATFORMS);
    await shop.apply();
    const path = join(shop.world.repository, '../production/api/index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    const isOther = (entry: object) => !JSON.stringify(entry).includes('2.0.0-armv6');
    await writeFile(path, JSON.stringify({ ...index, manifests: index.manifests.filter(isOther) }));
    expect(await shop.apply()).toMatchObject({ state: 'done' });
    expect((await production().head('2.0.0-armv6'))?.digest).toBe(image.manifests[2]?.descriptor.digest);
  });

  const production = () => shop.effects.store(parseRepositoryName('oci:../production/api'));

  /** Builds 2.0.0 and puts it into dev; `single`: the manifest of its only platform, without an index. */
  async function released(platforms: typeof PLATFORMS, shape?: 'single') {
    shop = await createReviewWorld(SETTINGS);
    const image = buildImage({ platforms, layers: ['api 2.0.0'] });
    const build = shop.effects.store(parseRepositoryName('oci:../build/api'));
    await pushImage(build, image, shape === undefined ? '2.0.0' : undefined);
    if (shape !== undefined && image.manifests[0]) await build.putManifest(image.manifests[0], '2.0.0');
    await shop.apply({ environment: 'dev', images: new Map([['api', 'oci:../build/api:2.0.0']]) });
    return image;
  }
});

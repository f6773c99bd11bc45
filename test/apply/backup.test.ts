import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { bringFormer } from '../../src/apply/fill-backup.ts';
import { verifyEnvironment } from '../../src/commands/verify.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Store } from '../../src/registry/store.ts';
import { isSoundEnvironment } from '../../src/reports/verify.ts';
import { watchedStore } from '../registry/watched-store.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const SIGNER = await newSigner();
const BACKUP = parseRepositoryName('oci:../backup/api');

describeWith(['git'], 'a backup registry', () => {
  let shop: ReviewWorld;
  beforeEach(async () => {
    shop = await createReviewWorld(['commit: direct', 'backup: "oci:../backup"'], { signer: SIGNER });
    await shop.release('1.0.0');
  });
  afterEach(async () => await shop.world.close());

  it('holds what is promoted, signed, recorded and tagged, and no pin names it', async () => {
    expect(await shop.apply()).toMatchObject({ state: 'done' });
    expect(await shop.promoted()).toEqual(['1.0.0']);
    expect(await shop.world.git('grep', 'backup', 'HEAD', '--', 'production').catch(() => '')).toBe('');
    expect(await verified('backup')).toEqual([[BACKUP], true]);
    expect((await shop.effects.store(BACKUP).referrers(await digest())).length).toBeGreaterThan(1);
    expect(await shop.apply()).toMatchObject({ state: 'nothing' });
  });

  it('is filled by the next run where it is new, though the pins are right', async () => {
    await applyWithoutBackup();
    expect((await verified('backup'))[1]).toBe(false);
    expect((await verified('oci:../production'))[1]).toBe(true);
    expect(await shop.apply()).toMatchObject({ state: 'done', groups: [{ done: { copied: 1 } }] });
    expect((await verified('backup'))[1]).toBe(true);
  });

  it('gets nothing that a rollback may want while its environment is stopped', async () => {
    const { effects, environments, world } = shop;
    const scope = { effects, environments, environment: environmentNamed(environments, 'production') };
    await applyWithoutBackup();
    await shop.release('2.0.0');
    await applyWithoutBackup();
    await world.run('hold', 'production', '--reason', 'incident');
    await bringFormer(scope, REQUEST);
    expect(await effects.store(BACKUP).head('1.0.0')).toBeUndefined();
    await world.run('lift', 'production');
    await bringFormer(scope, REQUEST);
    expect(await effects.store(BACKUP).head('1.0.0')).toBeDefined();
  });

  it('is verified while the registry behind it is gone', async () => {
    await shop.apply();
    await rm(join(shop.world.directory, 'production'), { recursive: true });
    expect(await verified('backup')).toEqual([[BACKUP], true]);
    expect((await verified(undefined))[1]).toBe(false);
  });

  it('keeps everything as it was where it fails', async () => {
    const { store } = shop.effects;
    const failing = (name: Store['name']): Store =>
      name !== BACKUP
        ? store(name)
        : watchedStore(store(name), () => {
            throw new PromoteError('UNREACHABLE', 'the backup does not answer');
          });
    shop = { ...shop, effects: { ...shop.effects, store: failing } };
    const outcome = await applyEnvironment(shop.effects, shop.environments, REQUEST).catch(String);
    expect(outcome).toMatchObject({ state: 'failed' });
    expect(await store(parseRepositoryName('oci:../production/api')).head('1.0.0')).toBeUndefined();
    expect(await shop.world.git('show', 'HEAD:production/api.yaml')).toContain('tag: "0"');
  });

  it.each([
    ['before a plan', 'head'],
    ['while it copies', 'putManifest'],
  ])('is named where its registry fails %s', async (_, method) => {
    const { store } = shop.effects;
    const failing = (name: Store['name']): Store =>
      name !== 'oci:../production/api'
        ? store(name)
        : watchedStore(store(name), operation => {
            if (operation.method === method)
              throw new PromoteError('UNREACHABLE', `${name}: connection refused`, { hint: 'check it' });
          });
    const effects = { ...shop.effects, store: failing };
    const { groups } = await applyEnvironment(effects, shop.environments, REQUEST);
    const [group] = groups;
    const error = group?.failed ?? group?.decision.judged[0]?.failure;
    expect(error?.hint).toBe(
      'check it; no pin was changed, and what production pins is in its backup oci:../backup: promote verify production --registry backup',
    );
  });

  it('is asked for by a name that there is', async () => {
    await expect(verified('other')).rejects.toMatchObject({ code: 'USAGE' });
  });

  async function applyWithoutBackup(): Promise<void> {
    const { effects, environments } = shop;
    const before = environments.environments.map(environment => ({
      ...environment,
      registries: environment.registries.filter(({ isBackup }) => isBackup !== true),
    }));
    await applyEnvironment(effects, { ...environments, environments: before }, REQUEST);
  }

  async function verified(registry: string | undefined): Promise<readonly [readonly string[], boolean]> {
    const { effects, environments } = shop;
    const result = await verifyEnvironment(effects, environments, 'production', 'all', registry);
    return [result.targets.map(({ repository }) => repository), isSoundEnvironment(result)];
  }

  async function digest() {
    const found = await shop.effects.store(BACKUP).head('1.0.0');
    return found?.digest ?? expect.fail('no image');
  }
});

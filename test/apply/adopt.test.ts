import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';

describeWith(['git'], 'pins that are right already, under approval by review', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Production pins what dev pins, by a person's commit; nothing of it is at its registry. */
  async function adopted(...settings: readonly string[]) {
    shop = await createReviewWorld(['gates: { approval: {} }', ...settings]);
    await shop.release('1.0.0');
    const dev = await shop.world.read('dev/api.yaml');
    await shop.commit('main', 'production/api.yaml', dev.replace('dev/api', 'production/api'));
  }

  it('get a pull request without edits, and are promoted and closed with once it is approved', async () => {
    await adopted();
    expect((await shop.apply()).state).toBe('waiting');
    const [pull] = await shop.forge.pulls();
    expect(pull).toMatchObject({ state: 'open', title: 'Adopt api 1.0.0 in production' });
    expect(pull?.body).toContain('no file changes');
    expect(await shop.world.git('diff', 'main', BRANCH)).toBe('');
    expect([await shop.status(), await shop.promoted()]).toEqual(['pending', []]);
    await shop.forge.review('alice');
    expect(await shop.apply()).toMatchObject({
      state: 'done',
      groups: [{ done: { copied: 1, pins: { kind: 'closed' } } }],
    });
    expect([await shop.status(), await shop.promoted()]).toEqual(['success', ['1.0.0']]);
    expect((await shop.apply()).state).toBe('nothing');
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'closed' }]);
  });

  it('are left alone by further runs that wait, and by all once they are there', async () => {
    await adopted();
    await shop.apply();
    const refs = await shop.world.git('for-each-ref');
    shop.forge.calls();
    for (let run = 0; run < 5; run += 1) expect((await shop.apply()).state).toBe('waiting');
    expect(shop.forge.calls().filter(call => call.endsWith('!'))).toEqual([]);
    expect(await shop.world.git('for-each-ref')).toBe(refs);
  });

  it('are not merged where that is automatic: there is nothing to merge', async () => {
    await adopted('pullRequest: { merge: automatic }');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'closed' }]);
  });

  it('are no plan of a branch that somebody pushed something to', async () => {
    await adopted('pullRequest: { merge: automatic }');
    await shop.apply();
    await shop.commit(BRANCH, 'README.md', 'mine\n');
    await shop.forge.review('alice');
    expect((await shop.apply()).state).toBe('closed');
    expect([await shop.status(), await shop.promoted()]).toEqual(['failure', []]);
  });

  it('are approved anew where they pin something else by then', async () => {
    await adopted();
    await shop.apply();
    await shop.forge.review('alice');
    await shop.release('1.1.0');
    const dev = await shop.world.read('dev/api.yaml');
    await shop.commit('main', 'production/api.yaml', dev.replace('dev/api', 'production/api'));
    expect((await shop.apply()).state).toBe('waiting');
    expect([await shop.status(), await shop.promoted()]).toEqual(['pending', []]);
    await shop.forge.review('alice');
    await shop.apply();
    expect(await shop.promoted()).toEqual(['1.1.0']);
  });

  it('stay as they are where a person closed it', async () => {
    await adopted();
    await shop.apply();
    await shop.forge.end('closed');
    expect((await shop.apply()).state).toBe('nothing');
    expect(await shop.promoted()).toEqual([]);
  });

  it('are restored under the approval that they had', async () => {
    await adopted();
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    const index = join(shop.world.directory, 'production/api/index.json');
    await writeFile(index, '{ "schemaVersion": 2, "manifests": [] }');
    expect((await shop.apply()).state).toBe('done');
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('that were merged too early say where reviews count still', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('merged');
    const { groups } = await shop.apply();
    expect(JSON.stringify(groups)).toContain('https://forge.example/pull/1');
    expect(await shop.forge.pulls()).toHaveLength(1);
  });
});

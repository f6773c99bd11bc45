import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';
const TWO = ['gates: { approval: { count: 2 } }'];

describeWith(['git'], 'a promotion through a pull request', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('waits for its reviews before anything is copied, and is nothing to do once it is merged', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    expect((await shop.apply()).state).toBe('waiting');
    expect([await shop.status(), await shop.promoted()]).toEqual(['pending', []]);
    await shop.forge.review('alice');
    expect((await shop.apply()).state).toBe('waiting');
    expect([await shop.status(), await shop.promoted()]).toEqual(['pending', []]);
    await shop.forge.review('bob');
    const green = await shop.apply();
    expect(green).toMatchObject({
      state: 'waiting',
      groups: [{ done: { copied: 1, pins: { kind: 'awaiting' } } }],
    });
    expect([await shop.status(), await shop.promoted()]).toEqual(['success', ['1.0.0']]);
    await shop.forge.end('merged');
    expect((await shop.apply()).state).toBe('nothing');
    expect(await shop.world.read('production/api.yaml')).toContain('1.0.0@sha256');
  });

  it('is merged by promote where that is asked for', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic }']);
    await shop.release('1.0.0');
    const merged = await shop.apply();
    expect(merged).toMatchObject({ state: 'done', groups: [{ done: { pins: { kind: 'merged' } } }] });
    expect((await shop.apply()).state).toBe('nothing');
  });

  it('is updated in place by a newer digest, whose reviews start anew', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.release('1.1.0');
    await shop.apply();
    await shop.forge.review('bob');
    expect((await shop.apply()).state).toBe('waiting');
    expect(await shop.promoted()).toEqual([]);
    expect(await shop.forge.pulls()).toMatchObject([
      { number: 1, state: 'open', title: expect.stringContaining('1.1.0') },
    ]);
    await shop.forge.review('alice');
    await shop.apply();
    expect(await shop.promoted()).toEqual(['1.1.0']);
  });

  it('goes first once it is approved, and announces what comes next', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }'], { images: ['api', 'web'] });
    await shop.release('1.0.0');
    await shop.release('1.0.0', 'web');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.release('1.1.0');
    await shop.apply();
    expect([await shop.status(), await shop.promoted()]).toEqual(['success', ['1.0.0']]);
    expect(await shop.forge.pulls()).toMatchObject([{ body: expect.stringContaining('Next: api 1.1.0.') }]);
    await shop.forge.end('merged');
    await shop.apply();
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'merged' }, { state: 'open', number: 2 }]);
  });

  it('makes way for a newer digest although it is approved, where so configured', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }', 'pullRequest: { supersede: always }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.release('1.1.0');
    await shop.apply();
    expect([await shop.status(), await shop.promoted()]).toEqual(['pending', []]);
  });

  it('is closed when nothing is left to promote, and opened again for the same plan later', async () => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('merged');
    const before = await shop.world.read('dev/api.yaml');
    await shop.release('1.1.0');
    const after = await shop.world.read('dev/api.yaml');
    await shop.apply();
    await shop.commit('main', 'dev/api.yaml', before);
    expect(await shop.apply()).toMatchObject({ groups: [{ pins: { kind: 'closed' } }] });
    expect((await shop.apply()).state).toBe('nothing');
    await shop.commit('main', 'dev/api.yaml', after);
    await shop.apply();
    expect((await shop.forge.pulls()).map(({ state }) => state)).toEqual(['merged', 'closed', 'open']);
  });

  it('stays closed where a person closed it, until the plan changes', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('closed');
    expect(await shop.apply()).toMatchObject({ state: 'nothing', groups: [{ pins: { kind: 'declined' } }] });
    await shop.release('1.1.0');
    await shop.apply();
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
  });

  it('keeps its reviews when the base is merged in, or moves below it', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.commit('main', 'README.md', 'moved\n');
    await shop.world.git('checkout', '--quiet', BRANCH);
    await shop.world.git('merge', '--quiet', '--no-ff', '--message', "Merge branch 'main' into x", 'main');
    await shop.world.git('checkout', '--quiet', 'main');
    await shop.commit('main', 'README.md', 'moved again\n');
    await shop.forge.review('bob');
    await shop.apply();
    expect([await shop.status(), await shop.promoted()]).toEqual(['success', ['1.0.0']]);
  });

  it('is made anew on a base that changed the same file, and keeps its reviews', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    const values = await shop.world.read('production/api.yaml');
    await shop.commit('main', 'production/api.yaml', `# owned by alice\n${values}`);
    expect(await shop.apply()).toMatchObject({ groups: [{ done: { pins: { kind: 'proposed' } } }] });
    expect(await shop.world.git('merge-base', '--is-ancestor', 'main', BRANCH)).toBe('');
    expect(await shop.status()).toBe('success');
  });

  it('adopts a branch that a crash left behind', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    const { forge: open } = shop.effects;
    const forge = await open?.({});
    if (forge === undefined) throw new Error('no forge');
    const failing = { ...forge.pullRequests, open: async () => Promise.reject(new Error('killed')) };
    const original = { ...forge.pullRequests };
    Object.assign(forge.pullRequests, failing);
    await expect(shop.apply()).rejects.toThrow('killed');
    Object.assign(forge.pullRequests, original);
    const head = await shop.world.git('rev-parse', BRANCH);
    expect((await shop.apply()).state).toBe('waiting');
    expect([await shop.world.git('rev-parse', BRANCH), await shop.status()]).toEqual([head, 'pending']);
    expect(await shop.forge.pulls()).toHaveLength(1);
  });

  it('reports and repairs a merge that came too early', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.forge.end('merged');
    expect(await shop.apply()).toMatchObject({
      state: 'done',
      groups: [{ done: { copied: 1, pins: { kind: 'unchanged', mergedEarly: { number: 1 } } } }],
    });
    expect(await shop.promoted()).toEqual(['1.0.0']);
    expect((await shop.apply()).state).toBe('nothing');
  });

  it('repairs no early merge that too few have approved', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.forge.end('merged');
    expect((await shop.apply()).state).toBe('waiting');
    expect(await shop.promoted()).toEqual([]);
    await shop.forge.review('bob');
    expect((await shop.apply()).state).toBe('done');
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('of a build is carried on by a run that names no build', async () => {
    shop = await createReviewWorld([], { dev: 'gates: { approval: {} }' });
    await shop.release('1.0.0');
    expect((await shop.apply({ environment: 'dev' })).state).toBe('waiting');
    await shop.forge.review('alice');
    await shop.apply({ environment: 'dev' });
    expect(await shop.promoted('api', 'dev')).toEqual(['1.0.0']);
    await shop.forge.end('merged');
    expect((await shop.apply({ environment: 'dev' })).state).toBe('nothing');
  });

  it('keeps what a filtered run did not ask about', async () => {
    shop = await createReviewWorld(TWO, { images: ['api', 'web'] });
    await shop.release('1.0.0');
    await shop.release('1.0.0', 'web');
    await shop.apply();
    await shop.release('2.0.0');
    await shop.apply({ images: new Map([['api', undefined]]) });
    const files = await shop.world.git(
      'show',
      `${BRANCH}:production/web.yaml`,
      `${BRANCH}:production/api.yaml`,
    );
    expect(files.match(/tag: "[\d.]+@/g)).toEqual(['tag: "1.0.0@', 'tag: "2.0.0@']);
    await shop.apply({ images: new Map([['web', undefined]]) });
    expect(await shop.forge.pulls()).toMatchObject([{ state: 'open' }]);
  });

  it('is opened once by two runs at once', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    const results = await Promise.all([shop.apply(), shop.apply()]);
    expect(results.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect(await shop.forge.pulls()).toHaveLength(1);
  });
});

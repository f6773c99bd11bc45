import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { BOT, type MemoryForge } from './memory-forge.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const GATE = ['gates: { approval: { by: comment } }'];

describeWith(['git'], 'approval by comment', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** The comment that the pull request asks for. */
  async function asked(): Promise<string> {
    const { body = '' } = (await shop.forge.pulls()).at(-1) ?? {};
    return /^\/promote approve sha256:[0-9a-f]{64}$/m.exec(body)?.[0] ?? 'nothing is asked for';
  }

  it('opens for the comment that the pull request asks for, and writes nothing twice', async () => {
    shop = await createReviewWorld(GATE);
    await shop.release('1.0.0');
    expect((await shop.apply()).state).toBe('waiting');
    const line = await asked();
    shop.forge.comment('bob', 'why?');
    shop.forge.comment('alice', `${line}\r\n`);
    const result = await shop.apply();
    expect(await shop.status()).toBe('success');
    expect(await shop.promoted()).toEqual(['1.0.0']);
    const given = { kind: 'comment', name: 'alice', id: 'id of alice', at: '2026-11-21T10:00:00.000Z' };
    expect(JSON.stringify(result)).toContain(JSON.stringify(given).slice(0, -1));
    expect(await asked()).toBe('nothing is asked for');
    await shop.apply();
    shop.forge.calls();
    await shop.apply();
    const calls = shop.forge.calls();
    expect(calls.filter(call => call.endsWith('!'))).toEqual([]);
    expect(calls.filter(call => call === 'comments')).toHaveLength(1);
    expect(calls).not.toContain('reviews');
  });

  it.each<[string, string, Parameters<MemoryForge['comment']>[2]]>([
    ['somebody who may not write', 'mallory', { isReader: true }],
    ['the author', 'promote', { author: BOT }],
    ['whoever asked', 'rita', {}],
    ['somebody whose words were edited', 'alice', { isChanged: true }],
    ['nobody in particular', 'ghost', { author: { id: '', name: 'ghost' } }],
  ])('does not count that of %s, and says why', async (_, name, changes) => {
    shop = await createReviewWorld(GATE);
    await shop.release('1.0.0');
    await shop.apply({ requestedBy: 'rita' });
    shop.forge.comment(name, await asked(), changes);
    const result = await shop.apply();
    expect(result.state).toBe('waiting');
    expect(JSON.stringify(result)).toMatch(/not counted: \w+: /);
    expect(await shop.promoted()).toEqual([]);
  });

  it('asks for distinct people, and takes no word for another plan', async () => {
    shop = await createReviewWorld(['gates: { approval: { by: comment, count: 2 } }']);
    await shop.release('1.0.0');
    await shop.apply();
    const first = await asked();
    for (const name of ['alice', 'alice', 'bob']) {
      expect((await shop.apply()).state).toBe('waiting');
      shop.forge.comment(name, first);
    }
    await shop.release('1.0.1');
    expect(await asked()).toBe(first);
    await shop.apply();
    expect(await shop.promoted()).toEqual(['1.0.0']);
    await shop.forge.end('merged');
    await shop.apply();
    expect(await asked()).not.toBe(first);
    for (const name of ['alice', 'bob']) shop.forge.comment(name, first);
    const result = await shop.apply();
    expect(JSON.stringify(result)).toContain('alice: given on another plan');
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('counts on a pull request that was merged too early, for the plan that it proposed', async () => {
    shop = await createReviewWorld(GATE);
    await shop.release('1.0.0');
    await shop.apply();
    const line = await asked();
    await shop.forge.end('merged');
    expect((await shop.apply()).state).toBe('waiting');
    shop.forge.comment('alice', line);
    await shop.apply();
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('is refused where the forge does not prove that nobody edited a comment', async () => {
    shop = await createReviewWorld(GATE);
    await shop.release('1.0.0');
    Object.assign(shop.forge, { approvalComments: undefined });
    await expect(shop.apply()).rejects.toMatchObject({ code: 'CONFIGURATION', hint: 'write `by: review`' });
  });
});

import { describe, expect, it } from 'vitest';
import { githubPlace } from './github-place.ts';
import { createPullStage } from './review-stage.ts';

const TWO = ['gates: { approval: { count: 2 } }'];

describe('what a run costs on GitHub', () => {
  it('is six requests at most where there is nothing to do and a checkout is at hand', async () => {
    const { server, apply, release, approve, merge, checkOut } = await staged();
    await release('1.0.0');
    await apply();
    await approve('alice', 'bob');
    await apply();
    await merge();
    await checkOut();
    server.calls();
    expect(await apply()).toBe('nothing');
    const calls = server.calls();
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(6);
    expect(calls.filter(call => call.includes('/blobs/'))).toEqual([]);
  });

  it('is six requests at most without a checkout, the public key among them', async () => {
    const { server, apply, release, approve, merge } = await staged();
    await release('1.0.0');
    await apply();
    await approve('alice', 'bob');
    await apply();
    await merge();
    server.calls();
    expect(await apply()).toBe('nothing');
    const calls = server.calls();
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(6);
  });

  it('is seven requests at most where it waits, beside trees, blobs and the history of the files', async () => {
    const { server, apply, release, checkOut } = await staged();
    await release('1.0.0');
    await apply();
    await checkOut();
    server.calls();
    expect(await apply()).toBe('waiting');
    const isContent = (call: string) => /\/(?:commits\?sha=|git\/trees\/|git\/blobs\/)/.test(call);
    const calls = server.calls().filter(call => !isContent(call));
    // Two of them say who pushed what: the moves of branches, and their commits.
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(7);
  });
});

describe('a branch on GitHub that somebody committed to', () => {
  const BRANCH = 'promote/production/all';

  it('is left alone until it is deleted, and then proposed anew', async () => {
    const place = await githubPlace();
    const { apply, release, run, newest } = await createPullStage(place, TWO);
    await release('1.0.0');
    await apply();
    const theirs = await place.push({ 'production/mine.yaml': 'mine: 1\n' }, BRANCH);
    expect((await run(['apply', 'production'])).code).toBe(3);
    expect(await place.head(BRANCH)).toBe(theirs);
    await place.server.as('bob', 'DELETE', `git/refs/${encodeURIComponent(`heads/${BRANCH}`)}`);
    expect(await apply()).toBe('waiting');
    expect(await newest()).toMatchObject({ number: 2, state: 'open' });
  });
});

async function staged() {
  const place = await githubPlace();
  return { server: place.server, ...(await createPullStage(place, TWO)) };
}

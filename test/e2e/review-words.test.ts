import { describe, expect, it } from 'vitest';
import { githubPlace } from './github-place.ts';
import { createPullStage } from './review-stage.ts';

describe('a pull request that', () => {
  it('holds says what stays out, is left alone by a second hold, and takes another reason', async () => {
    const stage = await createPullStage(await githubPlace());
    await stage.result('hold', 'production', 'api', '--all', '--reason', 'it leaks');
    const { title, body } = await stage.newest();
    expect(title).toBe('Hold api out of production');
    expect(body).toContain('- api altogether stays out of production until it is released: it leaks');
    expect(body).toContain('`promote lift production <image>`');
    expect(body).not.toMatch(/promote rollback|copied|\| image \|/);
    expect(await stage.status()).toBe('success');
    stage.writes();
    for (const more of [[], ['--reason', 'it leaks']]) {
      await stage.result('hold', 'production', 'api', '--all', ...more);
    }
    expect(stage.writes()).toEqual([]);
    await stage.result('hold', 'production', 'api', '--all', '--reason', 'it leaks a lot');
    expect((await stage.newest()).body).toContain('it leaks a lot');
    expect(await stage.pulls.list()).toHaveLength(1);
  });

  it('lifts says what may come in, and is left alone by a second lift', async () => {
    const stage = await createPullStage(await githubPlace());
    await stage.result('hold', 'production', 'api', '--all');
    await stage.merge();
    await stage.result('lift', 'production', 'api');
    const { title, body } = await stage.newest();
    expect(title).toBe('Release the hold on api in production');
    expect(body).toContain('- api altogether may be promoted into production again');
    stage.writes();
    await stage.result('lift', 'production', 'api');
    expect(stage.writes()).toEqual([]);
  });

  it('goes back says what returns, what is held, and how to lift it', async () => {
    const stage = await createPullStage(await githubPlace());
    for (const version of ['1.0.0', '1.1.0']) {
      await stage.release(version);
      await stage.apply();
      await stage.merge();
    }
    await stage.result('rollback', 'production', '--yes', '--reason', 'errors at checkout');
    const { title, body } = await stage.newest();
    expect(title).toBe('Roll back production: api 1.0.0');
    expect(body).toContain('Rolls production back to what it ran before: api 1.0.0.');
    expect(body).toMatch(/\| api \| 1\.1\.0 `\w{12}` \| \*\*1\.0\.0\*\* `\w{12}` \|/);
    expect(body).toMatch(
      /- api `sha256:[0-9a-f]{64}` stays out of production until it is released: errors at/,
    );
    expect(body).toContain('`promote lift production <image>`');
    expect(body).not.toContain('pin the new digests');
  });
});

import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

describeWith(['git'], 'what a pull request shows', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** The newest pull request, of the second version. */
  async function second(
    settings: readonly string[],
    effects: object = {},
    says: 'annotations' | 'labels' = 'annotations',
  ) {
    shop = await createReviewWorld(settings, { says });
    Object.assign(shop.effects, effects);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.forge.end('merged');
    await shop.release('1.1.0');
    await shop.apply();
    const pull = (await shop.forge.pulls()).at(-1);
    if (pull === undefined) throw new Error('no pull request');
    return pull;
  }

  it('is which commits an image adds, where its source can be asked', async () => {
    const asked: unknown[] = [];
    const compare = async (...question: readonly string[]) => {
      asked.push(question);
      const url = 'https://github.com/acme/shop/compare/a...b';
      return { url, total: 2, commits: [{ subject: 'Add tea' }, { subject: 'Add milk @acme/all' }] };
    };
    const { body } = await second([], { compare });
    expect(asked).toContainEqual([
      'https://github.com/acme/shop',
      '100'.padEnd(40, 'a'),
      '110'.padEnd(40, 'a'),
    ]);
    expect(body).toMatch(/\[2\]\(https:.*2026/);
    expect(body.indexOf('Add milk')).toBeLessThan(body.indexOf('Add tea'));
    expect(body).not.toContain('@acme');
  });

  it.each(['https://github.com/acme/other', 'https://forge.example/acme/shop'])(
    'is no commit of a repository that the label alone names, where %s is ours',
    async repositoryUrl => {
      shop = await createReviewWorld([], { repositoryUrl });
      const asked: string[] = [];
      const compare = async (source: string) => {
        asked.push(source);
        return { url: 'x', total: 1, commits: [{ subject: 'Private' }] };
      };
      Object.assign(shop.effects, { compare });
      await shop.release('1.0.0');
      await shop.apply();
      await shop.forge.end('merged');
      await shop.release('1.1.0');
      await shop.apply();
      const { body = '' } = (await shop.forge.pulls()).at(-1) ?? {};
      expect(asked).toEqual([]);
      expect(body).toContain('[compare](https://github.com/acme/shop/compare/');
      expect(body).not.toContain('Private');
    },
  );

  it('is the notes of its release, where the named repository has them', async () => {
    const asked: unknown[] = [];
    const releaseNotes = async (...question: readonly string[]) => {
      asked.push(question);
      return question[1] === '1.1.0' ? { url: undefined, text: 'Brews tea' } : undefined;
    };
    const { body } = await second([], { releaseNotes });
    expect(asked.slice(-2)).toEqual([
      ['https://github.com/acme/shop', 'v1.1.0'],
      ['https://github.com/acme/shop', '1.1.0'],
    ]);
    expect(body).toContain('<summary>Release notes</summary>\n\n- **api 1.1.0**\n  - Brews tea\n');
    expect(body).toContain('- api: not signed; pinned in dev by a commit of 2026-11-21 12:00 UTC\n');
  });

  it.each(['annotations', 'labels'] as const)('is a link to compare where it cannot: %s', async says => {
    const { body } = await second([], {}, says);
    expect(body).toContain(`[compare](https://github.com/acme/shop/compare/${'100'.padEnd(40, 'a')}...`);
  });

  it('has the title that is asked for, and the plan', async () => {
    const pull = await second(['pullRequest: { title: "{environment}/{group}: {images} ({summary})" }']);
    expect(pull.title).toBe('production/all: api (Promote api 1.1.0 to production)');
    expect(pull.body).toMatch(/`sha256:[0-9a-f]{64}`/);
  });

  it('has the text that is asked for, anew with each version, and notes that people write', async () => {
    shop = await createReviewWorld([
      'pullRequest: { body: "Release of {images}: {summary}\\n\\n{content}\\n\\nSent by the release team.", notes: "Rollout of {environment}:" }',
    ]);
    await shop.release('1.0.0');
    await shop.apply();
    const [pull] = await shop.forge.pulls();
    expect(pull?.body).toMatch(
      /^<!-- promote: \S+ -->\nRelease of api: Promote api 1\.0\.0 to production\n\n\*\*Promotes [\s\S]*\n\nSent by the release team\.\n<!-- promote end: .* -->\n\nRollout of production:$/,
    );
    if (pull === undefined) throw new Error('no pull request');
    const content = { ...pull, labels: [], reviewers: [], assignees: [] };
    await shop.forge.pullRequests.update(pull, { ...content, body: `${pull.body} told bob` });
    await shop.release('1.1.0');
    await shop.apply();
    const updated = (await shop.forge.pulls()).at(-1)?.body ?? '';
    expect(updated).toContain('\nRelease of api: Promote api 1.1.0 to production\n');
    expect(updated).not.toContain('1.0.0 to production');
    expect(updated.match(/Rollout of.*/g)).toEqual(['Rollout of production: told bob']);
    // A second run of the same finds nothing to write.
    await shop.apply();
    expect((await shop.forge.pulls()).at(-1)?.body).toBe(updated);
  });

  it('is for the tickets that a run names, in later runs too, and its commit says so', async () => {
    shop = await createReviewWorld([
      'commits: { message: "[{tickets}] {summary}", tickets: [OPS-1] }',
      'pullRequest: { title: "{tickets}: {summary}", body: "For {tickets}\\n{content}" }',
    ]);
    const { world } = shop;
    const told = async () => {
      const pull = (await shop.forge.pulls()).at(-1);
      const [, says] = /\n(For .*)\n/.exec(pull?.body ?? '') ?? [];
      const commit = await world.git(
        'log',
        '-1',
        '--format=%s|%(trailers:key=Promote-Ticket,valueonly,separator=%x2C)',
        pull?.branch ?? '',
      );
      return [pull?.title, says, commit];
    };
    await shop.release('1.0.0');
    await shop.apply();
    const first = 'Promote api 1.0.0 to production';
    expect(await told()).toEqual([`OPS-1: ${first}`, 'For OPS-1', `[OPS-1] ${first}|OPS-1`]);
    await shop.apply({ tickets: ['OPS-7'] });
    expect(await told()).toEqual([`OPS-7: ${first}`, 'For OPS-7', `[OPS-1] ${first}|OPS-1`]);
    await shop.release('1.1.0');
    await shop.apply({ tickets: ['#8'] });
    const second = 'Promote api 1.1.0 to production';
    const both = [`OPS-7, #8: ${second}`, 'For OPS-7, #8', `[OPS-7, #8] ${second}|OPS-7,#8`];
    expect(await told()).toEqual(both);
    // A run that names none, as a schedule's, leaves them.
    await shop.apply();
    expect(await told()).toEqual(both);
  });

  it('keeps what a person wrote around it, and its own words as they are', async () => {
    const pull = await second(['gates: { approval: { count: 2 } }']);
    const { pullRequests } = shop.forge;
    const content = { ...pull, labels: [], reviewers: [], assignees: [] };
    await pullRequests.update(pull, {
      ...content,
      body: `${pull.body}\nSee the release notes.`,
      title: `[hot] ${pull.title}`,
    });
    await shop.apply();
    expect((await shop.forge.pulls()).at(-1)?.body).toContain('release notes');
    await shop.forge.review('alice');
    await shop.apply();
    const seen = (await shop.forge.pulls()).at(-1);
    expect(seen?.body).toContain('[alice](https://forge.example/review/alice)');
    // What is theirs stays, and ours is written again where a person changed it.
    expect([seen?.title, seen?.body.endsWith('See the release notes.')]).toEqual([
      `[hot] ${pull.title}`,
      true,
    ]);
    const body = seen?.body.replace('to production.**', 'to nowhere.**') ?? '';
    await pullRequests.update(seen ?? pull, { ...content, ...seen, body });
    await shop.apply();
    const again = (await shop.forge.pulls()).at(-1);
    expect([again?.title, again?.body]).toEqual([seen?.title, seen?.body]);
  });

  it('is why promote did not merge it', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic, method: rebase }']);
    const refuse = async () => ({ kind: 'refused', needs: 'checks', reason: 'a check is missing' });
    Object.assign(shop.forge.pullRequests, { merge: refuse });
    await shop.release('1.0.0');
    expect(await shop.apply()).toMatchObject({
      state: 'waiting',
      groups: [
        {
          done: {
            pins: {
              kind: 'proposed',
              note: expect.stringMatching(
                /^not merged: a check is missing; a run after they have passed merges it/,
              ),
            },
          },
        },
      ],
    });
  });

  it('is not lost where the head moves before the merge: it is planned anew', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic }']);
    const { merge } = shop.forge.pullRequests;
    let tries = 0;
    const moved: typeof merge = async (pull, method) => {
      tries += 1;
      return tries === 1 ? { kind: 'moved' } : await merge(pull, method);
    };
    Object.assign(shop.forge.pullRequests, { merge: moved });
    await shop.release('1.0.0');
    expect((await shop.apply()).state).toBe('done');
  });
});

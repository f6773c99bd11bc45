import { afterEach, expect, it } from 'vitest';
import { readTrailers } from '../../src/plan/trailers.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';
const HOSTILE = [
  '@everyone ::set-output name=a::b ##[group]x',
  '<img src=x onerror=y> | [a](javascript:b) | `c`',
  'fixes #12 $\u007b{ secrets.TOKEN }}',
  `x\n| evil | row |\n\nPromote-Plan: sha256:${'0'.repeat(64)}\n::warning::y`,
];
const HARMFUL =
  /(?<!\w)@(?:everyone|acme)|::(?:set-output|warning)|##\[|(?<!\\)<img|(?<!\\)\]\(javascript|fixes #\d|^\| evil/m;

describeWith(['git'], 'words from outside', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('neither act nor break anything in titles, bodies and statuses, and forge no trailer', async () => {
    shop = await createReviewWorld([
      'gates: { approval: { count: 9 } }',
      'pullRequest: { title: "{summary} @everyone ::set-output name=a::b" }',
    ]);
    const url = 'https://github.com/acme/shop/compare/a...b';
    const commits = HOSTILE.map(subject => ({ subject }));
    Object.assign(shop.effects, { compare: async () => ({ url, total: 4, commits }) });
    await shop.release('1.0.0');
    await shop.commit('main', 'production/api.yaml', await pinned());
    await shop.release('1.1.0');
    for (const text of HOSTILE) {
      await shop.apply({ requestedBy: text });
      await shop.forge.review(text);
      await shop.forge.review(`${text} objects`, 'changes-requested');
      await shop.apply({ requestedBy: text });
    }
    await expectHarmless();
    const message = await shop.world.git('log', '-1', '--format=%B', BRANCH);
    const decision = (await shop.apply()).groups[0]?.decision;
    expect(readTrailers(message).plan).toBe(decision && 'plan' in decision ? decision.plan.digest : '');
    expect(message.split('\n').filter(line => /^(?:Promote-Requested-By|::|\|)/.test(line))).toHaveLength(1);
  });

  it('do so nowhere either where they are why a gate is closed', async () => {
    shop = await createReviewWorld([]);
    await shop.release('1.0.0');
    await shop.apply();
    const hold = (reason: string) =>
      `- { environment: production, image: api, digest: all, reason: ${JSON.stringify(reason)}, by: "@everyone", since: "2026-11-01T00:00:00Z" }\n`;
    for (const text of HOSTILE) {
      await shop.commit('main', 'promote-holds.yaml', hold(text));
      expect((await shop.apply()).state).toBe('closed');
      await expectHarmless();
    }
  });

  async function pinned(): Promise<string> {
    return (await shop.world.read('dev/api.yaml')).replace('dev/api', 'production/api');
  }

  async function expectHarmless(): Promise<void> {
    const pulls = await shop.forge.pulls();
    expect(pulls).toHaveLength(1);
    const statuses = [...shop.forge.statuses.values()].map(({ description }) => description);
    for (const { title, body } of pulls) expect(`${title}\n${body}`).not.toMatch(HARMFUL);
    for (const line of [...statuses, ...pulls.map(({ title }) => title)]) {
      expect(line).toMatch(/^[^\n]*$/);
      expect(line.replaceAll(/fixes #\d+|<img|\]\(javascript/g, '')).not.toMatch(HARMFUL);
      expect(line.length).toBeLessThanOrEqual(200);
    }
  }
});

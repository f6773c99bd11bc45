import { afterEach, expect, it } from 'vitest';
import { planEnvironment } from '../../src/apply/plan-environment.ts';
import { changeHolds } from '../../src/commands/change-holds.ts';
import { STOPPED } from '../../src/environments/holds/holds.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { proposeHold, proposeLift } from '../../src/plan/holds/propose-holds.ts';
import { planReport } from '../../src/reports/plan-report.ts';
import { render } from '../../src/reports/render.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const NO_COST = { requests: new Map(), unknown: new Map(), pulls: new Map(), ending: new Map() };

const SINCE = '2026-11-21T11:00:00Z';

describeWith(['git'], 'a stop of everything', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  const change = async (what: 'stop' | 'lift') => {
    const chosen = { environment: 'production', image: STOPPED };
    const hold = { ...chosen, digest: 'all' as const, by: 'bob', since: SINCE };
    const edit =
      what === 'stop' ? proposeHold(hold, 'incident') : proposeLift(chosen, { by: 'bob', since: SINCE });
    const environment = environmentNamed(shop.environments, 'production');
    const wanted = { image: STOPPED, edit, subject: what, releases: what === 'lift' };
    return (await changeHolds(shop.effects, shop.environments, environment, REQUEST, wanted)).pins;
  };

  const STOPS = {
    state: 'closed',
    groups: [{ decision: { judged: [{ verdicts: [{ gate: 'hold', kind: 'closed' }] }] } }],
  };

  it('applies from the moment its pull request is open, until a person closes that', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    expect(await change('stop')).toMatchObject({ kind: 'proposed', branch: 'promote/production/hold+_all' });
    expect(await shop.apply()).toMatchObject(STOPS);
    expect([await shop.promoted(), (await shop.forge.pulls()).length]).toEqual([[], 1]);
    await shop.forge.end('closed');
    expect((await shop.apply()).state).toBe('waiting');
  });

  it('ends where a person closes it: the next run goes on', async () => {
    shop = await createReviewWorld(['commit: pull-request']);
    await shop.release('1.0.0');
    await change('stop');
    await shop.forge.end('closed');
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it.each(['bot', 'branch'] as const)(
    'is ended by a lift alone where no person closed it (%s)',
    async how => {
      shop = await createReviewWorld(['commit: pull-request']);
      await shop.release('1.0.0');
      await change('stop');
      await shop.forge.end('closed', how);
      expect(await shop.apply()).toMatchObject(STOPS);
      expect([await shop.promoted(), (await shop.forge.pulls()).length]).toEqual([[], 1]);
      expect(await change('lift')).toMatchObject({ kind: 'closed', pullRequest: { number: 1 } });
      await shop.apply();
      expect(await shop.status()).toBe('success');
    },
  );

  it('is told by a plan that has nothing to promote', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    await shop.apply();
    await change('stop');
    const planned = await planEnvironment(shop.effects, shop.environments, REQUEST);
    expect(planned).toMatchObject({ stop: { by: 'bob', image: STOPPED } });
    expect(planned.groups.filter(group => 'plan' in group)).toEqual([]);
    const shown = { declined: new Map(), changes: new Map(), cost: NO_COST, evidence: [] };
    const { environments } = shop;
    const report = planReport({ ...planned, environments, ...shown });
    expect(render(report, 'text', false)).toContain('everything is stopped by bob since');
  });

  it('turns what was green back, and goes on with a lift alone once it is merged', async () => {
    shop = await createReviewWorld(['commit: pull-request']);
    await shop.release('1.0.0');
    await shop.apply();
    expect(await shop.status()).toBe('success');
    await change('stop');
    await shop.apply();
    expect(await shop.status()).toBe('failure');
    await shop.forge.end('merged');
    expect(await shop.apply()).toMatchObject(STOPS);
    await change('lift');
    // The release counts with its merge.
    expect(await shop.apply()).toMatchObject(STOPS);
    await shop.forge.end('merged');
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('ends with a lift while it is only proposed', async () => {
    shop = await createReviewWorld(['commit: pull-request']);
    await shop.release('1.0.0');
    await change('stop');
    expect(await change('lift')).toMatchObject({ kind: 'closed' });
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('applies with its commit where commits are direct', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    expect(await change('stop')).toMatchObject({ kind: 'committed' });
    expect(await shop.apply()).toMatchObject(STOPS);
    expect(await shop.promoted()).toEqual([]);
    await change('lift');
    await shop.apply();
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it.each(['manual', 'automatic'])(
    'that is proposed while images are copied stops the rest (merge: %s)',
    async merge => {
      shop = await createReviewWorld([`pullRequest: { merge: ${merge} }`]);
      await shop.release('1.0.0');
      const { store } = shop.effects;
      let isDue = true;
      const slow: typeof store = name => {
        const opened = store(name);
        const put = opened.putManifest.bind(opened);
        const putManifest: typeof put = async (...rest) => {
          if (isDue) {
            isDue = false;
            await change('stop');
          }
          return await put(...rest);
        };
        return Object.assign(opened, { putManifest });
      };
      Object.assign(shop.effects, { store: slow });
      expect((await shop.apply()).state).toBe('closed');
      expect([await shop.promoted(), (await shop.forge.pulls()).length]).toEqual([[], 1]);
    },
  );

  it('is no stop of another environment', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.commit(
      'main',
      'promote-holds.yaml',
      `- { environment: dev, image: "*", digest: all, reason: r, by: bob, since: "${SINCE}" }\n`,
    );
    await shop.release('1.0.0');
    expect(await shop.promoted('api', 'dev')).toEqual([]);
  });
});

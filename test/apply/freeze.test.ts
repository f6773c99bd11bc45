import { afterEach, expect, it } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { calendarOf, eventOf } from '../environments/calendars.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const CALENDAR = 'gates: { freeze: [{ calendar: ops/freezes.ics }] }';
const FROZEN = calendarOf(eventOf('DTSTART;VALUE=DATE:20261121\nDTEND;VALUE=DATE:20261123'));
const FREE = calendarOf(eventOf('DTSTART;VALUE=DATE:20261221'));

describeWith(['git'], 'a freeze', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is read from the calendar of the protected branch, and from no other', async () => {
    shop = await createReviewWorld([CALENDAR]);
    await shop.commit('main', 'ops/freezes.ics', FROZEN);
    await shop.release('1.0.0');
    const waits = { groups: [{ decision: { verdicts: [{ gate: 'freeze', kind: 'waiting' }] } }] };
    expect(await shop.apply()).toMatchObject(waits);
    await shop.commit('promote/production/all', 'ops/freezes.ics', FREE);
    expect(await shop.apply()).toMatchObject(waits);
    expect([await shop.promoted(), await shop.status()]).toEqual([[], 'failure']);
  });

  it('closes where the calendar is absent or broken, and opens once it is there', async () => {
    shop = await createReviewWorld([CALENDAR]);
    await shop.release('1.0.0');
    const { effects, environments } = shop;
    expect(await check(effects, environments)).toContainEqual(
      expect.objectContaining({ severity: 'error', subject: 'environments.production.gates.freeze' }),
    );
    const closed = { state: 'closed', groups: [{ decision: { verdicts: [{ kind: 'closed' }] } }] };
    expect(await shop.apply()).toMatchObject(closed);
    await shop.commit('main', 'ops/freezes.ics', 'BEGIN:VCALENDAR\r\n');
    expect(await shop.apply()).toMatchObject(closed);
    expect(await shop.promoted()).toEqual([]);
    await shop.commit('main', 'ops/freezes.ics', FREE);
    await shop.apply();
    expect([await shop.promoted(), await shop.status()]).toEqual([['1.0.0'], 'success']);
    expect((await check(effects, environments)).filter(({ subject }) => subject.endsWith('.freeze'))).toEqual(
      [],
    );
  });

  it.each(['manual', 'automatic'])('that begins while images are copied stops the rest (%s)', async merge => {
    shop = await createReviewWorld([
      'gates: { freeze: [{ from: 2026-11-21T12:01, until: 2026-11-21T13:00 }] }',
      `pullRequest: { merge: ${merge} }`,
    ]);
    await shop.release('1.0.0');
    let time = '2026-11-21T12:00:00Z';
    const { store } = shop.effects;
    const slow: typeof store = name => {
      const opened = store(name);
      const put = opened.putManifest.bind(opened);
      const putManifest: typeof put = async (...rest) => {
        time = '2026-11-21T12:01:00Z';
        return await put(...rest);
      };
      return Object.assign(opened, { putManifest });
    };
    Object.assign(shop.effects, { store: slow, now: () => new Date(time) });
    expect(await shop.apply()).toMatchObject({ state: 'waiting' });
    expect([await shop.promoted(), await shop.status()]).toEqual([[], 'pending']);
    expect(await shop.world.read('production/api.yaml')).not.toContain('1.0.0@');
  });

  it('that begins before the merge turns the pull request back', async () => {
    shop = await createReviewWorld(['gates: { freeze: [{ from: 2026-11-22, until: 2026-11-22 }] }']);
    await shop.release('1.0.0');
    await shop.apply();
    expect(await shop.status()).toBe('success');
    Object.assign(shop.effects, { now: () => new Date('2026-11-22T00:00:00Z') });
    await shop.apply();
    expect(await shop.status()).toBe('pending');
    Object.assign(shop.effects, { now: () => new Date('2026-11-23T00:00:00Z') });
    await shop.apply();
    expect(await shop.status()).toBe('success');
  });

  it('leaves its pull request as it is while nothing changes', async () => {
    shop = await createReviewWorld([
      'gates: { approval: {}, freeze: [{ from: 2026-12-22, until: 2026-12-22 }] }',
    ]);
    await shop.release('1.0.0');
    await shop.apply();
    const [before] = await shop.forge.pulls();
    Object.assign(shop.effects, { now: () => new Date('2026-11-21T13:00:00Z') });
    await shop.apply();
    expect((await shop.forge.pulls())[0]).toEqual(before);
  });
});

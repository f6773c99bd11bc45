import { expect, it } from 'vitest';
import type { ImageOrigin } from '../../src/environments/image-origin.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { type MeasuredHistory, measureDelivery } from '../../src/plan/delivery.ts';
import { type HistoryEvent, history, type PinCommit } from '../../src/plan/history.ts';
import type { PinState } from '../../src/plan/pin-moves.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const HOUR = 3600;
const START = Date.parse('2026-11-01T00:00:00Z');
const [ONE, TWO, THREE] = [1, 2, 3].map(version => digestNamed(`api ${version}`)) as [Digest, Digest, Digest];

const DEV = of('dev', undefined, [
  [0, ONE],
  [10, TWO],
  [30, THREE],
]);
const PRODUCTION = of('production', 'dev', [
  [5, ONE],
  [12, TWO],
  // Rolled back after six hours.
  [18, ONE],
  [40, THREE],
]);

it('counts promotions, those that were rolled back, and the time until that', () => {
  const [, production] = measure([DEV, PRODUCTION]);
  expect(production).toMatchObject({ promotions: 3, rollbacks: 1, rolledBack: 1, restoreTimes: [6 * HOUR] });
});

it('measures from the build, and where the image does not say it, from the first pin', () => {
  const built = new Map([[TWO, at(8)]]);
  const [dev, production] = measure([DEV, PRODUCTION], built);
  expect(production?.leadTimes).toEqual([10 * HOUR, 4 * HOUR, 5 * HOUR]);
  // The first pin of all says nothing of how long it took.
  expect(dev).toMatchObject({ leadTimes: [2 * HOUR], unknownLeadTimes: 2 });
});

it('does not believe a build after the pin', () => {
  const [, production] = measure([DEV, PRODUCTION], new Map([[TWO, at(100)]]));
  expect(production?.leadTimes).toEqual([10 * HOUR, 2 * HOUR, 5 * HOUR]);
});

it('measures how long the last review was waited for', () => {
  const approved = new Map([[`api@${TWO}`, at(11)]]);
  const [dev, production] = measure([DEV, { ...PRODUCTION, approved }]);
  expect(production?.approvalWaits).toEqual([HOUR]);
  expect(dev?.approvalWaits).toEqual([]);
});

it('leaves out what came before the window, but for ages', () => {
  const [, production] = measure([DEV, PRODUCTION], new Map(), 20);
  expect(production).toMatchObject({
    promotions: 1,
    rollbacks: 0,
    restoreTimes: [],
    leadTimes: [10 * HOUR],
    ages: [{ image: 'api', seconds: 60 * HOUR }],
  });
});

function measure(histories: readonly MeasuredHistory[], built = new Map<string, Date>(), from = -1) {
  return measureDelivery(histories, built, { since: at(from), now: at(100) });
}

function of(
  environment: string,
  source: string | undefined,
  pins: readonly (readonly [hour: number, digest: Digest])[],
): MeasuredHistory {
  const states = pins.map(([, digest]) => state(digest));
  const commits = pins.map(([hour, digest], index): PinCommit => {
    const [before, after] = [states[index - 1], state(digest)];
    return {
      commit: `${index + 1}`.padStart(40, environment.slice(0, 1)),
      date: at(hour),
      author: 'alice',
      message: 'x',
      moves: [
        { image: 'api', file: `${environment}.yaml`, locator: 'image', after, ...(before && { before }) },
      ],
      source: [{ image: 'api', digest }],
      unreadable: [],
    };
  });
  const events: readonly HistoryEvent[] = history(environment, commits);
  const from: ImageOrigin = source === undefined ? { kind: 'build' } : { kind: 'environment', name: source };
  return { environment, from, events, approved: new Map() };
}

function state(digest: Digest): PinState {
  return { value: digest, digest, form: 'digest' };
}

function at(hour: number): Date {
  return new Date(START + hour * HOUR * 1000);
}

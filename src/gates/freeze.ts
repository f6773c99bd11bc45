import type { FreezeWindow } from '../environments/gates/freeze.ts';
import { endAt, nextStart } from '../environments/windows.ts';
import type { PlanGate } from './gate.ts';

/** Waits while a window says so; it opens by itself. A rollback is never held up by it. */
export const freezeGate: PlanGate = {
  judge: ({ kind }, { now }, { gates: { freeze = [] } }) => {
    if (freeze.length === 0 || kind === 'rollback') return undefined;
    const closing = closingAt(freeze, now);
    if (closing === undefined) {
      return { kind: 'open', gate: 'freeze', reason: `no freeze at ${minuteOf(now)}` };
    }
    const opens = openingAfter(freeze, now);
    return {
      kind: 'waiting',
      gate: 'freeze',
      reason: opens === undefined ? closing : `${closing}; opens at ${minuteOf(opens)}`,
      hint:
        opens === undefined
          ? 'no window opens any more: change `gates.freeze`'
          : 'the next run after that goes on',
    };
  },
};

/** Why nothing is promoted at the time; `undefined` where it is. */
function closingAt(freeze: readonly FreezeWindow[], time: Date): string | undefined {
  const current = freeze.filter(({ window }) => endAt(window, time) !== undefined);
  const frozen = current.filter(({ kind }) => kind === 'freeze');
  if (frozen.length > 0)
    return ['frozen', frozen.flatMap(({ reason }) => reason ?? []).join(', ')].filter(Boolean).join(': ');
  const isAllowed = freeze.every(({ kind }) => kind === 'freeze') || current.length > 0;
  return isAllowed ? undefined : 'outside the windows that allow promotions';
}

/** The first time from now on at which nothing is closed; `undefined` where none is found in `STEPS` windows. */
function openingAfter(freeze: readonly FreezeWindow[], now: Date): Date | undefined {
  let time = now;
  for (let step = 0; step < STEPS; step += 1) {
    if (closingAt(freeze, time) === undefined) return time;
    const ends = freeze.flatMap(({ kind, window }) => (kind === 'freeze' ? (endAt(window, time) ?? []) : []));
    const starts = freeze.flatMap(({ kind, window }) =>
      kind === 'allow' ? (nextStart(window, time) ?? []) : [],
    );
    const [next] = ends.length > 0 ? ends.toSorted(later) : starts.toSorted((a, b) => later(b, a));
    if (next === undefined) return undefined;
    time = next;
  }
  return undefined;
}

const STEPS = 1000;

function later(a: Date, b: Date): number {
  return b.getTime() - a.getTime();
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, '2026-12-20T00:00'.length)}Z`;
}

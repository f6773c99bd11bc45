import type { FreezeWindow } from '../environments/gates/freeze.ts';
import { endAt, nextStart } from '../environments/windows.ts';
import type { PlanGate } from './gate.ts';

/** Waits while a window says so, and opens by itself; closed where no window ever opens it. */
export const freezeGate: PlanGate = {
  onRollback: 'warns',
  judge: (_, { now }, { gates: { freeze = [] } }) => {
    if (freeze.length === 0) return undefined;
    const closing = closingAt(freeze, now);
    if (closing === undefined)
      return { kind: 'open', gate: 'freeze', reason: `no freeze at ${minuteOf(now)}` };
    const opening = openingAfter(freeze, now);
    switch (opening.kind) {
      case 'opens': {
        const reason = `${closing}; opens at ${minuteOf(opening.at)}`;
        return { kind: 'waiting', gate: 'freeze', reason, hint: 'the next run after that goes on' };
      }
      case 'later': {
        const reason = `${closing}; not open before ${minuteOf(opening.at)}`;
        return {
          kind: 'waiting',
          gate: 'freeze',
          reason,
          hint: 'its windows leave no gap until then: see `gates.freeze`',
        };
      }
      case 'never':
        return {
          kind: 'closed',
          gate: 'freeze',
          reason: `${closing}, and no window opens any more`,
          hint: 'change `gates.freeze`',
        };
    }
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

/** `later`: no opening was found up to this time, and none was looked for behind it. */
type Opening = { readonly kind: 'opens' | 'later'; readonly at: Date } | { readonly kind: 'never' };

/** Finds the first time from now on at which nothing is closed, looking at `STEPS` windows at most. */
function openingAfter(freeze: readonly FreezeWindow[], now: Date): Opening {
  let at = now;
  for (let step = 0; step < STEPS; step += 1) {
    if (closingAt(freeze, at) === undefined) return { kind: 'opens', at };
    const ends = timesOf(freeze, 'freeze', window => endAt(window, at));
    const starts = timesOf(freeze, 'allow', window => nextStart(window, at));
    const [next] = ends.length > 0 ? ends.toSorted(later) : starts.toSorted((a, b) => later(b, a));
    if (next === undefined) return { kind: 'never' };
    at = next;
  }
  return { kind: 'later', at };
}

const STEPS = 1000;

function timesOf(
  freeze: readonly FreezeWindow[],
  kind: FreezeWindow['kind'],
  timeOf: (window: FreezeWindow['window']) => Date | undefined,
): readonly Date[] {
  return freeze.flatMap(one => (one.kind === kind ? (timeOf(one.window) ?? []) : []));
}

function later(a: Date, b: Date): number {
  return b.getTime() - a.getTime();
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, '2026-12-20T00:00'.length)}Z`;
}

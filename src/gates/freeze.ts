import type { Environment } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';
import { calendarKey, type Facts } from './facts.ts';
import { howToOverride, judgeOverride } from './freeze-override.ts';
import { closingAfter, closingAt, openingAfter, scheduleOf } from './freeze-schedule.ts';
import type { PlanGate, Verdict } from './gate.ts';

/** Waits during a freeze, and opens by itself after it; closed if no window ever opens the gate. */
export const freezeGate: PlanGate = {
  onRollback: 'warns',
  judge: (plan, facts, environment) => {
    const { freeze } = environment.gates;
    if (freeze === undefined) return undefined;
    const { now } = facts;
    const evidence = evidenceOf(environment, facts);
    const schedule = scheduleOf(freeze.windows, facts);
    if ('unreadable' in schedule) return closed(schedule.unreadable, 'correct it on the branch', evidence);
    const closing = closingAt(schedule, now);
    if (closing === undefined) {
      // The reason is the same at every run until then, so that no pull request is edited for it.
      const closesAt = closingAfter(schedule, now);
      const reason =
        closesAt === undefined ? 'no freeze is to come' : `no freeze before ${minuteOf(closesAt)}`;
      return { kind: 'open', gate: 'freeze', reason, evidence, closesAt: closesAt?.toISOString() };
    }
    const overridden = judgeOverride(plan, facts, freeze, closing);
    if (overridden.kind === 'open') return { ...overridden.verdict, evidence };
    const opening = openingAfter(schedule, now);
    switch (opening.kind) {
      case 'opens': {
        const reason = `${closing}; opens at ${minuteOf(opening.at)}${overridden.note}`;
        const hint =
          overridden.hint ?? `the next run after that continues${howToOverride(freeze, facts, plan)}`;
        return { kind: 'waiting', gate: 'freeze', reason, hint, evidence };
      }
      case 'later': {
        const reason = `${closing}; not open before ${minuteOf(opening.at)}${overridden.note}`;
        const hint = overridden.hint ?? 'its windows leave no gap until then: see `gates.freeze`';
        return { kind: 'waiting', gate: 'freeze', reason, hint, evidence };
      }
      case 'never':
        return closed(
          `${closing}, and no window opens any more${overridden.note}`,
          overridden.hint ?? 'change `gates.freeze`',
          evidence,
        );
    }
  },
};

function closed(reason: string, hint: string, evidence: readonly Digest[] | undefined): Verdict {
  return { kind: 'closed', gate: 'freeze', reason, hint, evidence };
}

/** The digests of the calendars that were read. */
function evidenceOf({ gates }: Environment, { calendars }: Facts): readonly Digest[] | undefined {
  const digests = (gates.freeze?.windows ?? []).flatMap(({ window }) => {
    const calendar = window.kind === 'calendar' ? calendars.get(calendarKey(window)) : undefined;
    return calendar?.kind === 'read' ? calendar.digest : [];
  });
  return digests.length === 0 ? undefined : [...new Set(digests)];
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, '2026-12-20T00:00'.length)}Z`;
}

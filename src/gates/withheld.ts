import type { Environment } from '../environments/environments.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Facts } from './facts.ts';
import { closingAt, scheduleOf } from './freeze-schedule.ts';
import { holdGate } from './hold.ts';

/**
 * Why nothing is copied for an image on which nothing is left to promote. That is a hold, a stop or a freeze,
 * or a holds file that cannot be read. `undefined`: it may be copied. Other gates decide on promotions alone.
 */
export function withheldReason(
  candidate: Candidate,
  facts: Facts,
  environment: Environment,
): string | undefined {
  if (facts.holds.kind === 'unreadable') return facts.holds.reason;
  const held = holdGate.judge(candidate, facts, environment);
  if (held !== undefined) return held.reason;
  const { freeze } = environment.gates;
  if (freeze === undefined) return undefined;
  const schedule = scheduleOf(freeze.windows, facts);
  return 'unreadable' in schedule ? schedule.unreadable : closingAt(schedule, facts.now);
}

import type { CalendarWindow } from '../environments/gates/freeze-windows.ts';
import { PromoteError } from '../errors.ts';
import { type CalendarFact, calendarKey } from '../gates/facts.ts';
import { readFiles } from '../git/read-files.ts';
import { digestOf } from '../oci/digest.ts';
import type { Finding } from '../plan/check.ts';
import type { Run } from '../run/run.ts';

/**
 * The calendars of the environment's freezes, at the observed head of its branch. A calendar in an open pull
 * request does not count. Without such a freeze nothing is read.
 */
export async function readCalendars(
  run: Pick<Run, 'environment' | 'files' | 'effects'>,
): Promise<ReadonlyMap<string, CalendarFact>> {
  const windows = (run.environment.gates.freeze?.windows ?? []).flatMap(({ window }) =>
    window.kind === 'calendar' ? window : [],
  );
  const distinct = new Map(windows.map(window => [calendarKey(window), window]));
  const facts = [...distinct].map(async ([key, window]) => [key, await readFact(run, window)] as const);
  return new Map(await Promise.all(facts));
}

/** The calendars that cannot be read, which close the gate of every promotion. */
export async function checkCalendars(run: Parameters<typeof readCalendars>[0]): Promise<readonly Finding[]> {
  const { name } = run.environment;
  return [...(await readCalendars(run)).values()].flatMap((fact): readonly Finding[] => {
    if (fact.kind === 'read') return [];
    const subject = `environments.${name}.gates.freeze`;
    const hint = 'correct it on the branch; until then nothing is promoted';
    return [{ severity: 'error', subject, message: fact.reason, hint }];
  });
}

async function readFact(
  { files: { repository, head }, effects }: Pick<Run, 'files' | 'effects'>,
  { path, timezone }: CalendarWindow,
): Promise<CalendarFact> {
  const unreadable = (why: string): CalendarFact => {
    return { kind: 'unreadable', reason: `the calendar ${path} cannot be read: ${why}` };
  };
  try {
    const text = (await readFiles(repository, head.commit, found => found === path)).get(path);
    if (text === undefined) return unreadable(`there is no such file on ${head.branch}`);
    // The parser of calendars is loaded only here.
    const { readCalendar } = await import('../environments/calendar.ts');
    return { kind: 'read', digest: digestOf(text), ...readCalendar(text, { now: effects.now(), timezone }) };
  } catch (error) {
    if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
      return unreadable(error.message);
    throw error;
  }
}

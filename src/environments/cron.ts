import { Cron } from 'croner';

/** Reads `minute hour day-of-month month day-of-week` in an IANA time zone; `undefined` for anything else. */
export function parseCron(text: string, timezone = 'UTC'): Cron | undefined {
  if (cronFields(text).length !== FIELDS) return undefined;
  try {
    return new Cron(text, { mode: '5-part', timezone });
  } catch (error) {
    // Only croner runs here. It throws errors of three kinds for a pattern or a zone that it cannot read.
    if (error instanceof ReferenceError) throw error;
    return undefined;
  }
}

/** The fields as they are written. */
export function cronFields(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Whether the cron fields match the time's minute. */
export function matchesCron(cron: Cron, time: Date): boolean {
  const minute = new Date(time);
  minute.setUTCSeconds(0, 0);
  return cron.match(minute);
}

const FIELDS = 5;

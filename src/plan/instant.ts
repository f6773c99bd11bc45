/**
 * A time as people write it and Git prints it: a date, which is its first moment, or a date and a time; in UTC where no
 * zone is named. `undefined` for any other text.
 */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] = INSTANT.exec(text) ?? [];
  const isDay = day !== undefined && isReal(day);
  const instant = new Date(isDay ? `${day}T${time}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}` : '');
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?: ?(Z|[+-]\d\d:?\d\d))?$/;

/** The 31st of February would be read as the 3rd of March. */
function isReal(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

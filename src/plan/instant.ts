/**
 * Parses a time as people write it and Git prints it. A date is its first moment; without a zone it is UTC. `undefined`
 * for any other text.
 */
export function parseInstant(text: string): Date | undefined {
  const [, day, time = '00:00', zone = 'Z'] = INSTANT.exec(text) ?? [];
  const isDay = day !== undefined && isReal(day);
  const instant = new Date(isDay ? `${day}T${time}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}` : '');
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?: ?(Z|[+-]\d\d:?\d\d))?$/;

/** Refuses a day like the 31st of February, which would be read as the 3rd of March. */
function isReal(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

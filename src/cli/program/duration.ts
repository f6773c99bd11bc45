import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `90s`, `30m` or `2h`. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw new InvalidArgumentError('Expected a duration such as 90s, 30m or 2h.');
  return Number(number) * factor;
}

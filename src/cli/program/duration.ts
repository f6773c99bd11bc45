import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Parses a duration such as `90s`, `30m` or `2h`; the result is in milliseconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw new InvalidArgumentError('Expected a duration such as 90s, 30m or 2h.');
  return Number(number) * factor;
}

/** Formats milliseconds as a person would type either kind of duration. */
export function durationText(milliseconds: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, one]) => milliseconds % one === 0) ?? ['s', 1000];
  return `${milliseconds / factor}${unit}`;
}

/** Parses a longer duration such as `30m`, `12h` or `7d`; the result is in milliseconds. */
export function longDuration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const factor = { ...UNITS, d: 86_400_000 }[unit];
  if (factor === undefined) throw new InvalidArgumentError('Expected a duration such as 30m, 12h or 7d.');
  return Number(number) * factor;
}

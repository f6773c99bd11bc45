const STEPS = [
  ['year', 365 * 24 * 60],
  ['month', 30 * 24 * 60],
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const;

/** `3 days ago`. A future time is `just now`, since clocks differ. */
export function ageText(date: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(date)) / 60_000);
  for (const [unit, length] of STEPS) {
    const count = Math.floor(minutes / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** `2026-11-30 08:30 UTC` */
export function timeText(date: string): string {
  return `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`;
}

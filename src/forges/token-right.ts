/** What promote uses a token for. */
export interface TokenUse {
  /** Whether it opens pull requests and sets statuses. */
  readonly pullRequests: boolean;
  /** Whether it reads the members of teams. */
  readonly teams: boolean;
  /** Whether it records deployments at the forge. */
  readonly deployments: boolean;
  readonly now: Date;
}

/** One thing that a token may or may not do, as far as the forge shows; `unknown`: it does not show it. */
export interface TokenRight {
  readonly verdict: 'ok' | 'warning' | 'error' | 'unknown';
  readonly text: string;
  readonly hint?: string | undefined;
}

/** A token that ends within this many days gets a warning. */
const SOON = 14;

/** A warning where the token ends soon; `end` is as the forge writes it. */
export function endsSoon(end: string | null | undefined, { now }: TokenUse): readonly TokenRight[] {
  const time = Date.parse(isoTime(end ?? ''));
  const days = Math.floor((time - now.getTime()) / 86_400_000);
  if (Number.isNaN(days) || days >= SOON) return [];
  const day = new Date(time).toISOString().slice(0, 10);
  const hint = 'make a new token, and put it where runs read this one';
  return [{ verdict: 'warning', text: `the token ends on ${day}`, hint }];
}

/** GitHub writes `2026-12-30 12:00:00 UTC` or `… +0200`, GitLab a day. */
function isoTime(text: string): string {
  return text
    .replace(' ', 'T')
    .replace(/ UTC$/, 'Z')
    .replace(/ ([+-]\d\d)(\d\d)$/, '$1:$2');
}

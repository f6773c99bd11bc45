import type { SiteData } from '../reports/site/data.ts';

/** What stands above everything: where something was not read, and what is frozen. */
export function noticesOf({ environments }: SiteData): readonly string[] {
  return environments.flatMap(({ name, freeze, isRead }) => [
    ...(isRead ? [] : [`${name}: not all could be read, so something may be missing here`]),
    ...(freeze === null ? [] : [`${name}: ${freeze.reason ?? 'frozen'}`]),
  ]);
}

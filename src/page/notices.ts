import type { SiteData } from '../reports/site/data.ts';

/** The notices at the top of the page: environments that could not be read completely, and freezes. */
export function noticesOf({ environments }: SiteData): readonly string[] {
  return environments.flatMap(({ name, freeze, isRead }) => [
    ...(isRead ? [] : [`${name}: not all could be read, so something may be missing here`]),
    ...(freeze === null ? [] : [`${name}: ${freeze.reason ?? 'frozen'}`]),
  ]);
}

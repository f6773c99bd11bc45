import type { SiteCell, SiteState } from '../reports/site/data.ts';

/** The first twelve digits of a digest: `sha256:0123…`. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(sha\d+:)?([0-9a-f]{12})[0-9a-f]*$/, '$2');
}

/** The versions of a cell on one line: `1.2.3 + 1.2.4`. */
export function versionText(states: readonly SiteState[]): string {
  if (states.length === 0) return 'not pinned';
  return states
    .map(({ tag, digest }) => tag ?? (digest === undefined ? 'no digest' : shortDigest(digest)))
    .join(' + ');
}

/** The versions that a cell pins; an environment that could not be read is not known to pin nothing. */
export function pinnedText({ pinned, relation }: Pick<SiteCell, 'pinned' | 'relation'>): string {
  return relation === 'unread' && pinned.length === 0 ? 'not known' : versionText(pinned);
}

/** The digests on one line, each once. */
export function digestText(states: readonly SiteState[]): string {
  return [
    ...new Set(states.map(({ digest }) => (digest === undefined ? 'no digest' : shortDigest(digest)))),
  ].join(' + ');
}

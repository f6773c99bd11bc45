/** Tags to spare. A final `*` matches any rest. */
export interface Widened {
  readonly patterns: readonly string[];
  /** Whether they match more than the given tags. */
  readonly isWider: boolean;
}

/**
 * Patterns for the tags that fit the limit. If the tags themselves do not fit, neighbours are replaced by
 * their common beginning, longest first. That spares more, never less. `undefined` if they share none.
 */
export function widen(
  tags: readonly string[],
  fits: (patterns: readonly string[]) => boolean,
): Widened | undefined {
  let patterns = [...new Set(tags)].sort();
  let isWider = false;
  while (!fits(patterns)) {
    const shared = patterns.slice(1).map((pattern, at) => commonStart(patterns[at] ?? '', pattern));
    const longest = shared.reduce((best, start) => (start.length > best.length ? start : best), '');
    if (longest === '') return undefined;
    patterns = [...patterns.filter(pattern => !pattern.startsWith(longest)), `${longest}*`].sort();
    isWider = true;
  }
  return { patterns, isWider };
}

function commonStart(left: string, right: string): string {
  const [a, b] = [left.replace(/\*$/, ''), right.replace(/\*$/, '')];
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

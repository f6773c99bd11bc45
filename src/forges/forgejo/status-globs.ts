/**
 * Whether a rule's glob matches a status. A star matches slashes too: Forgejo compiles these globs without
 * separators (`services/pull/commit_status.go`).
 */
export function isNamedBy(glob: string, context: string): boolean {
  return new RegExp(`^${source(glob)}$`, 's').test(context);
}

/** https://github.com/gobwas/glob#syntax */
function source(glob: string): string {
  return glob.replaceAll(
    /\\(.)|\*+|\?|\[(!?)([^\]]+)\]|\{([^{}]*)\}|[.+^$|()[\]{}\\]/gs,
    (text, escaped?: string, not?: string, set?: string, ways?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (text.startsWith('*')) return '.*';
      if (text === '?') return '.';
      if (set !== undefined) return `[${not ? '^' : ''}${set.replaceAll(/[\\^[\]]/g, '\\$&')}]`;
      if (ways !== undefined) return `(?:${ways.split(',').map(source).join('|')})`;
      return literal(text);
    },
  );
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^$|()[\]{}\\]/g, '\\$&');
}

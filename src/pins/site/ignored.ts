const IGNORE = /(?:#|\/\/)\s*promote:\s*ignore\b[ \t]*([^\r\n]*)/;

/**
 * The reason of a `# promote: ignore <reason>` comment on a line, behind what is there, or alone on the line above.
 * `undefined` where there is none, empty where it gives none. Lines count from 1.
 */
export function ignoreReason(lines: readonly string[], line: number): string | undefined {
  const [above = '', own = ''] = line < 2 ? ['', lines[0]] : lines.slice(line - 2, line);
  const found = IGNORE.exec(own) ?? (/^\s*(?:#|\/\/)/.test(above) ? IGNORE.exec(above) : null);
  if (found === null) return undefined;
  return found[1]?.replace(/(?:\*\/|-->)\s*$/, '').trim() ?? '';
}

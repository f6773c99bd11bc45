const IGNORE = /(?:#|\/\/)\s*promote:\s*ignore\b[ \t]*([^\r\n]*)/;

/**
 * The reason of a `# promote: ignore <reason>` comment at the end of a line, or alone on the line above.
 * `undefined` where there is no comment, empty where it gives no reason. Lines count from 1.
 */
export function ignoreReason(lines: readonly string[], line: number): string | undefined {
  const [above = '', own = ''] = line < 2 ? ['', lines[0]] : lines.slice(line - 2, line);
  const found = IGNORE.exec(own) ?? (/^\s*(?:#|\/\/)/.test(above) ? IGNORE.exec(above) : null);
  if (found === null) return undefined;
  return found[1]?.replace(/(?:\*\/|-->)\s*$/, '').trim() ?? '';
}

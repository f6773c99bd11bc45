const SLASHES =
  /\.(?:json5?|jsonc|[cm]?[jt]s|go|tf|hcl|cue|jsonnet|libsonnet|groovy|gradle|java|kts?|proto)$/i;

/** Whether only people read the file's words. */
export function isProse(file: string): boolean {
  return /\.(?:md|mdx|mkd|markdown)$/i.test(file);
}

/** The index where a line's comment begins, or the line's length. A sign within quotes begins no comment. */
export function commentStart(file: string, line: string): number {
  const hasSlashes = SLASHES.test(file);
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quote !== '') {
      if (character === '\\' && quote === '"') index += 1;
      else if (character === quote) quote = '';
      continue;
    }
    if (character === '"' || character === "'") quote = character;
    const isApart = index === 0 || /\s/.test(line.charAt(index - 1));
    if (isApart && (character === '#' || (hasSlashes && line.startsWith('//', index)))) return index;
  }
  return line.length;
}

import { joinFilled, sliceTraced, type Traced } from '../../text/traced.ts';

/** The character that continues a line and quotes the next character. */
export type Escape = '\\' | '`';

const WORDS = {
  '\\': /(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.?|[^\s"'\\])+/gs,
  '`': /(?:"(?:`.|[^"`])*"?|'[^']*'?|`.?|[^\s"'`])+/gs,
} as const;

const TOKENS = {
  '\\': /'([^']*)'?|\\(.?)|\$(\w+)|\$\{(\w+)(?:(:?)-([^${}]*))?\}|[\s\S]/g,
  '`': /'([^']*)'?|`(.?)|\$(\w+)|\$\{(\w+)(?:(:?)-([^${}]*))?\}|[\s\S]/g,
} as const;

/** A build argument's default, or why it has no readable one. */
export type Argument = Traced | { readonly unresolved: string };

/** Splits at white space that is neither quoted nor escaped. Quotes are kept. */
export function splitWords(line: Traced, mark: Escape): readonly Traced[] {
  const found = line.text.matchAll(WORDS[mark]);
  return [...found].map(({ 0: word, index }) => sliceTraced(line, index, index + word.length));
}

/** A word without its quotes and with its variables filled in, or the first variable that has no value. */
export function expandWord(word: Traced, mark: Escape, known: ReadonlyMap<string, Argument>): Argument {
  const parts: Traced[] = [];
  for (const token of word.text.matchAll(TOKENS[mark])) {
    const part = expandToken(word, token, known);
    if (!('text' in part)) return part;
    parts.push(part);
  }
  return joinFilled(parts);
}

function expandToken(word: Traced, token: RegExpExecArray, known: ReadonlyMap<string, Argument>): Argument {
  const { 0: text, index } = token;
  const [, quoted, escaped, bare, braced, colon, fallback] = token;
  const part = (start: number, length: number) => sliceTraced(word, index + start, index + start + length);
  if (quoted !== undefined || escaped !== undefined) return part(1, (quoted ?? escaped ?? '').length);
  const name = bare ?? braced;
  if (name !== undefined) {
    const value = known.get(name) ?? { unresolved: name };
    if (fallback === undefined) return value;
    const isUnset = !('text' in value) || (colon === ':' && value.text === '');
    return isUnset ? part(text.length - 1 - fallback.length, fallback.length) : value;
  }
  if (text === '$')
    return {
      unresolved: word.text
        .slice(index)
        .split(/[^${}\w:+#%/-]/, 1)
        .join(''),
    };
  return text === '"' ? part(0, 0) : part(0, 1);
}

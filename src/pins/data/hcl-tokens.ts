/** A token of HCL; `line` ends a line. */
export interface Token {
  readonly kind: 'word' | 'string' | 'line' | 'other';
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What a string without templates and escapes holds; absent for any other. */
  readonly value?: string | undefined;
}

const SKIPPED = /(?:[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const HEREDOC = /<<-?([A-Za-z_]\w*)[^\n]*\n[^]*?^[ \t]*\1\b/my;

/** Splits HCL into tokens; templates stay within their strings. */
export function hclTokens(text: string, fail: (offset: number, reason: string) => Error): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += lengthAt(SKIPPED, text, at);
    if (at >= text.length) break;
    const token = tokenAt(text, at, fail);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(text: string, start: number, fail: (offset: number, reason: string) => Error): Token {
  if (text[start] === '\n') return { kind: 'line', start, end: start + 1, text: '\n' };
  if (text[start] === '"') return stringAt(text, start, fail);
  const word = lengthAt(WORD, text, start);
  if (word > 0) return { kind: 'word', start, end: start + word, text: text.slice(start, start + word) };
  const length = lengthAt(HEREDOC, text, start) || 1;
  return { kind: 'other', start, end: start + length, text: text.slice(start, start + length) };
}

function stringAt(text: string, start: number, fail: (offset: number, reason: string) => Error): Token {
  let depth = 0;
  let isPlain = true;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') {
      isPlain = false;
      at += 1;
    } else if ((character === '$' || character === '%') && text[at + 1] === '{') {
      isPlain = false;
      depth += 1;
      at += 1;
    } else if (depth > 0) {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
    } else if (character === '"') {
      const value = isPlain ? text.slice(start + 1, at) : undefined;
      return {
        kind: isPlain ? 'string' : 'other',
        start,
        end: at + 1,
        text: text.slice(start, at + 1),
        value,
      };
    } else if (character === '\n') break;
  }
  throw fail(start, 'no quote closes the string that begins here');
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

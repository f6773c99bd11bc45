/** A token of HCL; `line` ends a line. */
export interface Token {
  readonly kind: 'word' | 'string' | 'line' | 'other';
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The content of a string without templates and escapes; absent for any other token. */
  readonly value?: string | undefined;
}

const SKIPPED = /(?:[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const HEREDOC = /<<-?([A-Za-z_]\w*)[^\n]*\n[\s\S]*?^[ \t]*\1\b/my;

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

/** The characters that a string may contain outside of templates. */
const LITERAL = /(?:[^"\\\n$%]|[$%](?!\{))*/y;

function stringAt(text: string, start: number, fail: (offset: number, reason: string) => Error): Token {
  const literal = start + 1 + lengthAt(LITERAL, text, start + 1);
  if (text[literal] === '"') {
    const value = text.slice(start + 1, literal);
    return { kind: 'string', start, end: literal + 1, text: text.slice(start, literal + 1), value };
  }
  const end = templateEnd(text, literal);
  if (end === undefined) throw fail(start, 'no quote closes the string that begins here');
  return { kind: 'other', start, end, text: text.slice(start, end) };
}

/** The offset where a string with escapes or templates ends. A quote within a template does not end it. */
function templateEnd(text: string, from: number): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.slice(from).matchAll(/\\.|[$%]\{|[{}"\n]/g)) {
    if (found.endsWith('{')) depth += found.length === 2 || depth > 0 ? 1 : 0;
    else if (found === '}') depth = Math.max(0, depth - 1);
    else if (found === '"' && depth === 0) return from + index + 1;
    else if (found === '\n' && depth === 0) return undefined;
  }
  return undefined;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

import type { Traced } from '../text/traced.ts';
import type { Spot } from './source.ts';
import type { YamlScalar } from './tree.ts';

/** https://yaml.org/spec/1.2.2/#57-escaped-characters */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEXADECIMAL: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const BREAK = /[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/y;

/** A quoted scalar's text with the place of each character. Escapes and folded lines are decoded. */
export function traceQuoted({ source, node }: Spot<YamlScalar>): Traced | undefined {
  const { text } = source;
  const isDouble = text[node.start] === '"';
  const characters: string[] = [];
  const at: number[] = [];
  let index = node.start + 1;
  while (index < node.end - 1) {
    const [read, length] = isDouble ? readDouble(text, index) : readSingle(text, index);
    for (const unit of read.split('')) {
      characters.push(unit);
      at.push(index);
    }
    index += length;
  }
  const read = characters.join('');
  return read === node.text ? { text: read, at } : undefined;
}

type Read = readonly [text: string, length: number];

function readSingle(text: string, index: number): Read {
  return text.startsWith("''", index) ? ["'", 2] : (readBreak(text, index) ?? [text.charAt(index), 1]);
}

function readDouble(text: string, index: number): Read {
  if (text[index] !== '\\') return readBreak(text, index) ?? [text.charAt(index), 1];
  const escaped = text.charAt(index + 1);
  const digits = HEXADECIMAL[escaped];
  if (digits !== undefined) {
    const point = Number.parseInt(text.slice(index + 2, index + 2 + digits), 16);
    return [point <= 0x10ffff ? String.fromCodePoint(point) : '', 2 + digits];
  }
  const broken = /^\r?\n[ \t]*/.exec(text.slice(index + 1, index + 1024))?.[0];
  if (broken !== undefined) return ['', 1 + broken.length];
  return [ESCAPES[escaped] ?? escaped, 2];
}

/** Reads line breaks and the white space around them. One break is a space; more are line feeds. */
function readBreak(text: string, index: number): Read | undefined {
  BREAK.lastIndex = index;
  const found = BREAK.exec(text)?.[0];
  if (found === undefined) return undefined;
  const feeds = found.split('\n').length - 1;
  return [feeds === 1 ? ' ' : '\n'.repeat(feeds - 1), found.length];
}

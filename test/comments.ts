import { parseAst } from 'vitest/node';

/** A comment of the code, without what marks it as one. */
export interface Comment {
  readonly offset: number;
  readonly text: string;
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/g;

/** The comments of a TypeScript file; lines that follow one another are one. Addresses are one word. */
export function commentsIn(code: string): readonly Comment[] {
  return read(withoutLiterals(code), code);
}

/** The same and perhaps more, without parsing: what looks like a comment within a string is there too. */
export function likelyComments(code: string): readonly Comment[] {
  return read(code, code);
}

function read(marked: string, code: string): readonly Comment[] {
  return [...marked.matchAll(COMMENT)].map(({ index, 0: { length } }) => ({
    offset: index,
    text: code
      .slice(index, index + length)
      .replace(/^\/\*+|\*\/$/g, '')
      .replace(/^[ \t]*\*( |$)|^[ \t]*\/\/ ?/gm, '')
      .replace(/https?:\/\/\S+/g, 'address'),
  }));
}

/** The code with as many spaces in the place of each string, template and pattern, which may hold such marks. */
function withoutLiterals(code: string): string {
  const spaces: (readonly [start: number, end: number])[] = [];
  visit(parseAst(code, { lang: 'ts' }), spaces);
  return spaces.reduce(
    (text, [start, end]) => text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
    code,
  );
}

function visit(node: unknown, found: (readonly [number, number])[]): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, start, end } = node as { type?: unknown; start?: unknown; end?: unknown };
  if (type === 'Literal' || type === 'TemplateElement') found.push([Number(start), Number(end)]);
  else for (const child of Object.values(node)) visit(child, found);
}

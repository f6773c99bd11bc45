import { joinTraced, sliceTraced, type Traced } from '../../text/traced.ts';
import { escapeOf, readDirectives } from './directives.ts';
import { type Escape, splitWords } from './words.ts';

/** One instruction, its continued lines joined and the comments between them left out. */
interface Instruction {
  /** In upper case: `FROM`. For `ONBUILD`, that of the instruction it contains. */
  readonly keyword: string;
  /** Everything after the keyword. */
  readonly rest: Traced;
}

/** A Dockerfile's instructions, without the bodies of heredocs, and what its directives say. */
export interface Dockerfile {
  readonly escape: Escape;
  /** The frontend's reference, where a line names one. After `// syntax=`, the file is not a Dockerfile. */
  readonly syntax: Traced | undefined;
  readonly instructions: readonly Instruction[];
}

const CONTINUED = { '\\': /(?<!\\)\\[ \t]*$/, '`': /(?<!`)`[ \t]*$/ } as const;
const HEREDOC = /^\d*<<(-?)(.*)$/s;

/** Reads a Dockerfile's structure. https://docs.docker.com/reference/dockerfile/ */
export function readInstructions(source: Traced): Dockerfile {
  const lines = linesOf(source);
  const { directives, syntax } = readDirectives(lines, '#');
  const mark = escapeOf(directives);
  const foreign = syntax === undefined ? readDirectives(lines, '//').syntax : undefined;
  if (foreign !== undefined) return { escape: mark, syntax: foreign, instructions: [] };
  const instructions: Instruction[] = [];
  const ends = { plain: linesByText(lines, text => text), tabs: linesByText(lines, withoutTabs) };
  let index = 0;
  while (index < lines.length) {
    const [joined, next] = joinLines(lines, index, mark);
    index = next;
    const instruction = joined && instructionIn(joined);
    if (instruction === undefined) continue;
    instructions.push(instruction);
    for (const { name, tabs, isApart } of heredocsOf(instruction)) {
      const end = nextLine(tabs ? ends.tabs : ends.plain, name, index);
      if (end !== undefined) index = end + 1;
      else if (!isApart) index = lines.length;
    }
  }
  return { escape: mark, syntax, instructions };
}

function linesOf(source: Traced): readonly Traced[] {
  const found = source.text.matchAll(/[^\n]*\n|[^\n]+$/g);
  return [...found].map(({ 0: line, index }) => {
    const start = index === 0 && line.startsWith('\uFEFF') ? 1 : 0;
    return sliceTraced(source, index + start, index + line.replace(/\r?\n$/, '').length);
  });
}

function joinLines(
  lines: readonly Traced[],
  from: number,
  mark: Escape,
): readonly [Traced | undefined, number] {
  const parts: Traced[] = [];
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined || isSkipped(line)) {
      if (parts.length === 0) return [undefined, index + 1];
      continue;
    }
    const end = CONTINUED[mark].exec(line.text);
    parts.push(end === null ? line : sliceTraced(line, 0, end.index));
    if (end === null) return [joinTraced(parts), index + 1];
  }
  return [joinTraced(parts), lines.length];
}

/** Comments and empty lines neither begin nor end an instruction. */
function isSkipped({ text }: Traced): boolean {
  return /^\s*(?:#|$)/.test(text);
}

function instructionIn(line: Traced): Instruction | undefined {
  const found = /^\s*([A-Za-z]+)(?=\s|$)/.exec(line.text);
  if (found === null) return undefined;
  const rest = sliceTraced(line, found[0].length);
  const keyword = found[1]?.toUpperCase() ?? '';
  return keyword === 'ONBUILD' ? instructionIn(rest) : { keyword, rest };
}

interface Heredoc {
  readonly name: string;
  readonly tabs: boolean;
  /** Whether `<<` is separate from the name after it, so that it may be a shift. */
  readonly isApart: boolean;
}

/** These instructions' words follow the shell's rules, so the escape directive does not apply to them. */
function heredocsOf({ keyword, rest }: Instruction): readonly Heredoc[] {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  const words = splitWords(rest, '\\').map(({ text }) => text);
  return words.flatMap((word, index): readonly Heredoc[] => {
    const [, dash = '', behind] = HEREDOC.exec(word) ?? [];
    if (behind === undefined) return [];
    const isApart = behind === '' && dash === '';
    const name = isApart ? (words[index + 1] ?? '') : behind;
    return /^[^<]+$/.test(name) ? [{ name: withoutQuotes(name), tabs: dash !== '', isApart }] : [];
  });
}

function withoutQuotes(word: string): string {
  return word.replace(/'([^']*)'|\\(.)|"/g, (_, quoted = '', escaped = '') => quoted + escaped);
}

function withoutTabs(text: string): string {
  return text.replace(/^\t+/, '');
}

/** The indices of the lines with each text, in descending order. */
function linesByText(lines: readonly Traced[], key: (text: string) => string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [index, { text }] of [...lines.entries()].reverse()) {
    const known = found.get(key(text));
    if (known === undefined) found.set(key(text), [index]);
    else known.push(index);
  }
  return found;
}

/** The first line with that text at or after `from`. Earlier lines are dropped: reading moves forward. */
function nextLine(lines: ReadonlyMap<string, number[]>, text: string, from: number): number | undefined {
  const known = lines.get(text) ?? [];
  while ((known.at(-1) ?? from) < from) known.pop();
  return known.at(-1);
}

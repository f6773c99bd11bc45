import type { Splice } from './splice.ts';

/** A text that was read from one or more places of a file, with the offset of each of its characters. */
export interface Traced {
  readonly text: string;
  /** The offset in the file of each UTF-16 unit of `text`. */
  readonly at: readonly number[];
}

/** A stretch of a file's text. */
export function traceText(text: string, start = 0, end = text.length): Traced {
  return {
    text: text.slice(start, end),
    at: Array.from({ length: end - start }, (_, index) => start + index),
  };
}

/** A part of a traced text. */
export function sliceTraced({ text, at }: Traced, start: number, end = text.length): Traced {
  return { text: text.slice(start, end), at: at.slice(start, end) };
}

/** Traced texts one after another. */
export function joinTraced(parts: readonly Traced[]): Traced {
  return { text: parts.map(({ text }) => text).join(''), at: parts.flatMap(({ at }) => at) };
}

/** More characters than a reference has. */
const LONGEST = 1024;

/**
 * Joins texts with filled-in variables. The result is cut at a length that no reference has, as it could grow
 * without end.
 */
export function joinFilled(parts: readonly Traced[]): Traced {
  let length = 0;
  const isBeyond = ({ text }: Traced) => {
    length += text.length;
    return length > LONGEST;
  };
  const end = parts.findIndex(isBeyond);
  return end < 0 ? joinTraced(parts) : sliceTraced(joinTraced(parts.slice(0, end + 1)), 0, LONGEST);
}

/** Whether the text is in the file unchanged and in one piece. */
export function isContiguous({ at }: Traced): boolean {
  return at.every((offset, index) => index === 0 || offset === (at[index - 1] ?? 0) + 1);
}

/**
 * The splice that changes a traced text to another one. It replaces the whole text where that is in one
 * piece, else the parts that differ. `undefined` where those are in several places.
 */
export function spliceTraced(old: Traced, wanted: string): readonly Splice[] | undefined {
  if (old.text === wanted) return [];
  if (isContiguous(old)) return replace(old, wanted);
  const [before, after] = [partsOf(old.text), partsOf(wanted)];
  const shorter = Math.min(before.length, after.length);
  const head = countWhile(shorter, index => before[index] === after[index]);
  const tail = countWhile(shorter - head, index => before.at(-1 - index) === after.at(-1 - index));
  const start = lengthOf(before.slice(0, head));
  const end = old.text.length - lengthOf(before.slice(before.length - tail));
  const differing = sliceTraced(old, start, end);
  if (!isContiguous(differing)) return undefined;
  return replace(differing, wanted.slice(start, wanted.length - (old.text.length - end)));
}

function replace({ text: { length }, at: [first] }: Traced, text: string): readonly Splice[] | undefined {
  return first === undefined ? undefined : [{ start: first, end: first + length, text }];
}

function partsOf(text: string): readonly string[] {
  return text.split(/([^0-9A-Za-z]|(?<=[a-z])(?=\d))/).filter(part => part !== '' && part !== undefined);
}

function countWhile(limit: number, holds: (index: number) => boolean): number {
  let count = 0;
  while (count < limit && holds(count)) count += 1;
  return count;
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((total, part) => total + part.length, 0);
}

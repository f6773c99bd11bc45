const BLOCK_HEADER = /(?:^|[\s:-])[|>](?:[+-]?\d?|\d[+-])[ \t]*(?:#.*)?$/;
const QUOTED = { '"': /"(?:\\[\s\S]|[^"\\])*"/y, "'": /'(?:''|[^'])*'/y } as const;

/**
 * Puts each quoted or bracketed value on one line. Each line feed becomes a space, so offsets stay the same.
 * Go's YAML reader, which Kubernetes and Helm use, accepts such lines at any indentation, but the
 * specification does not.
 */
export function joinLines(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let index = 0;
  while (index < text.length) {
    const { end, blanked, depth: next } = stepAt(text, index, depth);
    const part = text.slice(index, end);
    parts.push(blanked === undefined ? part : part.replace(blanked, ' '));
    depth = next;
    index = end;
  }
  return parts.join('');
}

/** One token of the text, and which of its characters are replaced. */
interface Step {
  readonly end: number;
  readonly depth: number;
  readonly blanked?: RegExp | undefined;
}

const FEEDS = /[\r\n]/g;
const ALL = /./gs;

function stepAt(text: string, index: number, depth: number): Step {
  const character = text.charAt(index);
  const inside = depth > 0;
  switch (character) {
    case '#':
      if (!/^$|\s/.test(text.charAt(index - 1))) break;
      return { end: lineEnd(text, index), depth, blanked: inside ? ALL : undefined };
    case '"':
    case "'":
      if (!isTokenStart(text, index, depth)) break;
      return { end: quotedEnd(text, index, character), depth, blanked: FEEDS };
    case '[':
    case '{':
      return { end: index + 1, depth: isTokenStart(text, index, depth) ? depth + 1 : depth };
    case ']':
    case '}':
      return { end: index + 1, depth: Math.max(0, depth - 1) };
    case '\n':
      if (!inside) return { end: behindBlock(text, index), depth };
  }
  return { end: index + 1, depth, blanked: inside ? FEEDS : undefined };
}

/** Whether a value may begin here: after an indicator, an anchor or a tag. */
function isTokenStart(text: string, index: number, depth: number): boolean {
  const near = text.slice(Math.max(0, index - 200), index);
  const before = near.slice(near.lastIndexOf('\n') + 1);
  return (
    /(?:^|[-:?][ \t]|[[{,:](?=[ \t]*$)|[ \t][&!]\S*[ \t])[ \t]*$/.test(before) ||
    (depth > 0 && /^\s*$/.test(before))
  );
}

function quotedEnd(text: string, index: number, quote: keyof typeof QUOTED): number {
  const pattern = QUOTED[quote];
  pattern.lastIndex = index;
  return pattern.exec(text) === null ? index + 1 : pattern.lastIndex;
}

/** The start of the next line, or of the line after the block scalar whose header ends at `feed`. */
function behindBlock(text: string, feed: number): number {
  const start = text.lastIndexOf('\n', feed - 1) + 1;
  const line = text.slice(start, feed).replace(/\r$/, '');
  if (!BLOCK_HEADER.test(line)) return feed + 1;
  const indent = indentOf(line);
  let at = feed + 1;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const next = text.slice(at, end);
    if (next.trim() !== '' && indentOf(next) <= indent) break;
    at = end + 1;
  }
  return at;
}

function lineEnd(text: string, index: number): number {
  const feed = text.indexOf('\n', index);
  return feed < 0 ? text.length : feed;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

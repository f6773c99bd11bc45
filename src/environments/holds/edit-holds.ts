import canonicalize from 'canonicalize';
import { isMap, isSeq, type Node, parse, parseDocument, type YAMLSeq } from 'yaml';
import { PromoteError } from '../../errors.ts';
import { ConfigurationError } from '../diagnostics/configuration-error.ts';
import { HOLDS_FILE, type HoldEntry, parseEntries, writtenEntry } from './holds.ts';

/** Which holds an edit is about. */
export type HoldFilter = (hold: HoldEntry) => boolean;

/** The text of a holds file with one more entry on a line of its own; every other character stays. */
export function addHold(text: string | undefined, hold: HoldEntry): string {
  const before = text ?? HEADER;
  const list = listOf(before);
  const entry = written(writtenEntry(hold));
  const wanted = list?.flow
    ? [hold, ...parseEntries(before)] // right behind the bracket, whatever follows
    : [...parseEntries(before), hold];
  if (list?.flow) {
    const open = rangeOf(list).start + 1;
    return verified(splice(before, open, open, list.items.length > 0 ? `${entry}, ` : entry), wanted);
  }
  const newline = newlineOf(before);
  const indent = list === undefined ? '' : ' '.repeat(columnOf(before, dashOf(list, 0)));
  const end = endOf(before);
  const gap = end === 0 || before[end - 1] === '\n' ? '' : newline;
  return verified(splice(before, end, end, `${gap}${indent}- ${entry}${newline}`), wanted);
}

/**
 * The text with the chosen holds marked as released. They stay in the file, so that their digests may be promoted
 * again.
 */
export function liftHolds(
  text: string,
  chosen: HoldFilter,
  lifted: NonNullable<HoldEntry['lifted']>,
): string {
  const holds = parseEntries(text);
  const list = listOf(text);
  const marker = `lifted: ${written(lifted)}`;
  const edits = holds.flatMap((hold, index) => (chosen(hold) && !hold.lifted ? index : []));
  const edited = edits.reduceRight((rest, index) => {
    const item = list?.items[index];
    const { start } = rangeOf(item);
    if (isMap(item) && item.flow) return splice(rest, start + 1, start + 1, ` ${marker},`);
    const indent = ' '.repeat(columnOf(rest, start));
    return splice(rest, start, start, `${marker}${newlineOf(rest)}${indent}`);
  }, text);
  return verified(
    edited,
    holds.map((hold, index) => (edits.includes(index) ? { ...hold, lifted } : hold)),
  );
}

/** The text without the lines of the chosen holds. */
export function removeHolds(text: string, chosen: HoldFilter): string {
  const holds = parseEntries(text);
  const list = listOf(text);
  if (list === undefined || !holds.some(chosen)) return text;
  const edited = holds.reduceRight((rest, hold, index) => {
    if (!chosen(hold)) return rest;
    const { start, end } = list.flow ? flowSpan(list, index) : lineSpan(text, list, index);
    return splice(rest, start, end, '');
  }, text);
  return verified(
    edited,
    holds.filter(hold => !chosen(hold)),
  );
}

const HEADER =
  '# What is kept out of environments. Release an entry with promote lift <environment> <image>.\n';

const PLAIN = /^[A-Za-z0-9][\w.:@/+-]*$/;

interface Span {
  readonly start: number;
  readonly end: number;
}

function listOf(text: string): YAMLSeq<Node> | undefined {
  const { contents } = parseDocument(text, { schema: 'core', prettyErrors: false, keepSourceTokens: true });
  return isSeq<Node>(contents) ? contents : undefined;
}

function written(fields: object): string {
  const parts = Object.entries(fields).map(([key, value]) => {
    if (typeof value !== 'string') return `${key}: ${written(value)}`;
    const plain = PLAIN.test(value) && parse(value, { schema: 'core' }) === value;
    return `${key}: ${plain ? value : JSON.stringify(value)}`;
  });
  return `{ ${parts.join(', ')} }`;
}

/** An entry's lines: from its dash's line to the end of the line it ends on, a comment there included. */
function lineSpan(text: string, list: YAMLSeq<Node>, index: number): Span {
  const start = text.lastIndexOf('\n', dashOf(list, index)) + 1;
  const { end } = rangeOf(list.items[index]);
  const after = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  return { start, end: after === 0 ? text.length : after };
}

function flowSpan({ items }: YAMLSeq<Node>, index: number): Span {
  const { start, end } = rangeOf(items[index]);
  const next = items[index + 1];
  const previous = items[index - 1];
  if (next !== undefined) return { start, end: rangeOf(next).start };
  return { start: previous === undefined ? start : rangeOf(previous).end, end };
}

/** The position of an entry's dash; a comment and an anchor may follow it. */
function dashOf({ items, srcToken }: YAMLSeq<Node>, index: number): number {
  const before = srcToken?.type === 'block-seq' ? srcToken.items[index]?.start : undefined;
  return before?.find(({ type }) => type === 'seq-item-ind')?.offset ?? rangeOf(items[index]).start;
}

/** The end of the document: a line of three dots, or the end of the text. */
function endOf(text: string): number {
  const dots = text.search(/^\.\.\.\s/m);
  return dots < 0 ? text.length : dots;
}

function rangeOf(node: Node | undefined): Span {
  const [start = 0, end = 0] = node?.range ?? [];
  return { start, end };
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1) - 1;
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** The edited text, if it reads as the wanted holds; throws otherwise. */
function verified(text: string, wanted: readonly HoldEntry[]): string {
  if (readsAs(text, wanted)) return text;
  throw new PromoteError('INVALID', `${HOLDS_FILE}: cannot be edited as it is written`, {
    hint: 'write it as a plain list with one entry a line, without anchors',
  });
}

function readsAs(text: string, wanted: readonly HoldEntry[]): boolean {
  try {
    return canonicalize(parseEntries(text)) === canonicalize(wanted);
  } catch (error) {
    // The problems are in the edited text, which nobody can look at.
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}

import { withoutTickets } from '../environments/tickets.ts';
import { escapeMarkdown } from './markdown.ts';
import { neutralise } from './neutralise.ts';

const LONGEST = 120;
const LONGEST_TITLE = 200;

/** Shortens and escapes text from outside as Markdown that mentions nobody and links or closes nothing. */
export function outside(text: string, longest = LONGEST): string {
  const short = text.length > longest ? `${cut(text, longest)}…` : text;
  // Forges search references in the rendered text, where a backslash has no effect.
  return escapeMarkdown(short)
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\b(?=www\.)/gi, '\u200b')
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/\b(GH\\?)-(?=\d)/gi, '$1-\u200b');
}

/** A pull request's title from its template. */
export function fillTitle(template: string, values: Readonly<Record<string, string>>): string {
  const title = filling(template, values).replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '');
  // Forges trim titles, and refuse empty titles.
  return cut(neutralise(title), LONGEST_TITLE).trim() || (values.summary ?? '');
}

/** Cuts a text without splitting a surrogate pair, which forges would replace. */
function cut(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}

/** Promote's part of a pull request's body, from its template. The inserted values come from outside. */
export function fillBody(
  template: string | undefined,
  content: string,
  values: Readonly<Record<string, string>>,
): string {
  if (template === undefined) return content;
  return filling(template, values).replace(/\{(\w+)\}/g, (_, key: string) => {
    if (key === 'content') return content;
    // Ticket keys are harmless without escapes, and forges and trackers link them.
    return key === 'tickets' ? (values[key] ?? '') : outside(values[key] ?? '', LONGEST_TITLE);
  });
}

function filling(template: string, { tickets = '' }: Readonly<Record<string, string>>): string {
  return tickets === '' ? withoutTickets(template) : template;
}

/** A link if the address is valid, else only its text. */
export function link(text: string, address: string): string {
  const url = URL.parse(address);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return text;
  const href = url.href.replace(/[()|<>]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${text}](${href})`;
}

/** `1.2 GB`, with decimal units. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}

/** As many rows as fit into a budget of characters, and a last row that counts the others. */
export function fitRows(
  rows: readonly string[],
  budget: number,
  leftOut: (count: number) => string,
): readonly string[] {
  const fitting: string[] = [];
  let length = leftOut(rows.length).length + 1;
  for (const row of rows) {
    length += row.length + 1;
    if (length > budget) return [...fitting, leftOut(rows.length - fitting.length)];
    fitting.push(row);
  }
  return fitting;
}

/** Makes the row that counts the omitted ones. */
export function more(what: string): (count: number) => string {
  return count => `- ${count} more ${what}`;
}

/** Rows in a folded section with a title; empty without rows. */
export function folded(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `<details><summary>${title}</summary>`, '', ...rows, '', '</details>'];
}

/** Rows under their own title; empty without rows. */
export function section(title: string, rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : ['', `### ${title}`, '', ...rows];
}

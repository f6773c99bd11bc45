import type { CommitRules } from '../environments/commits.ts';
import type { Environment } from '../environments/environments.ts';
import { originText } from '../environments/image-origin.ts';
import { withoutTickets } from '../environments/tickets.ts';

/** The rules that a message is made by, and where its environment takes images from. */
export type MessageRules = Pick<Environment, 'name' | 'from' | 'commits'>;

/** What a message says, before a template puts it into words. */
export interface MessageParts {
  /** In promote's own words, on one line. */
  readonly summary: string;
  readonly group: string;
  readonly images: readonly { readonly name: string; readonly version: string }[];
  /** Paragraphs that stay, whatever the template. */
  readonly notes: readonly string[];
  /** A line for each change. */
  readonly changes: readonly string[];
  /** Keys of tickets, which become trailers too. */
  readonly tickets: readonly string[];
  /** The last paragraph. */
  readonly trailers: readonly string[];
}

/** What fills placeholders, besides the parts. */
interface Words {
  readonly environment: string;
  readonly from: string;
}

/** A commit's message in an environment, by its template. */
export function environmentMessage({ name, from, commits }: MessageRules, parts: MessageParts): string {
  const source = originText(from);
  return fillMessage(commits, { environment: name, from: source }, parts);
}

/** A commit's message by a template; without one in promote's own words. */
export function fillMessage(rules: CommitRules | undefined, words: Words, parts: MessageParts): string {
  const { notes, changes, tickets, trailers } = parts;
  const summary = oneLine(parts.summary);
  const { subject = '{summary}', body = '{changes}' } = rules?.message ?? {};
  const values: Readonly<Record<string, string>> = {
    ...words,
    group: parts.group,
    image: several(parts.images.map(({ name }) => name)),
    version: several(parts.images.map(({ version }) => version)),
    count: String(parts.images.length),
    tickets: tickets.join(', '),
    changes: changes.join('\n'),
  };
  const fill = (template: string) =>
    (tickets.length === 0 ? withoutTickets(template) : template).replace(
      /(: )?\{(\w+)\}/g,
      (_, colon: string | undefined, name: string) => {
        // In Conventional Commits, a description and not a sentence follows the type.
        const value = name === 'summary' ? asDescription(summary, colon) : (values[name] ?? '');
        return `${colon ?? ''}${value}`;
      },
    );
  // The filled subject may be empty, and Git takes the body's first line for a missing subject.
  const first = oneLine(fill(subject)) || summary;
  const paragraphs = [
    first,
    ...notes,
    fill(body).trim(),
    [...trailers, ...tickets.map(ticket => `Promote-Ticket: ${ticket}`)].join('\n'),
  ];
  return `${paragraphs.filter(paragraph => paragraph !== '').join('\n\n')}\n`;
}

/** Text from outside on one line, so that it cannot pass for a trailer. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function asDescription(summary: string, colon: string | undefined): string {
  return colon === undefined ? summary : summary.charAt(0).toLowerCase() + summary.slice(1);
}

/** The most names in a row. */
const MOST = 3;

function several(all: readonly string[]): string {
  const distinct = [...new Set(all)];
  const others = distinct.length - MOST;
  return others > 0 ? `${distinct.slice(0, MOST).join(', ')} and ${others} more` : distinct.join(', ');
}

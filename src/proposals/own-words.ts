import { isTicket } from '../environments/tickets.ts';
import type { PullRequest } from '../forges/forge.ts';
import { digestOf, hexOf } from '../oci/digest.ts';

/** Promote's own part of a pull request's body, from its mark to the line that ends it. */
interface OwnPart {
  readonly part: string;
  readonly before: string;
  readonly after: string;
  /** The title that was written with it. */
  readonly title: string;
  /** Whether nobody has changed it since. */
  readonly isIntact: boolean;
}

/** Promote's part of a body, which `ownPart` finds again between what others wrote. */
export function asOwnPart(mark: string, text: string, title: string): string {
  const written = text.trim();
  return `${mark}\n${written}\n<!-- promote end: ${nameOf(written)} ${encodeURIComponent(title)} -->`;
}

/** A line that names the tickets of a pull request, so that the next run knows them. */
export function ticketsMark(tickets: readonly string[]): string {
  return `<!-- promote tickets: ${tickets.join(' ')} -->`;
}

/** The tickets that promote's part of a body names. */
export function ticketsIn(body: string): readonly string[] {
  const [, listed = ''] = /<!-- promote tickets: (.*?) -->/.exec(ownPart(body)?.part ?? '') ?? [];
  return listed.split(' ').filter(isTicket).slice(0, MOST_TICKETS);
}

const MOST_TICKETS = 20;

/** A body with notes at its end, which people edit and no later run replaces. */
export function withNotes(own: string, notes: string | undefined): string {
  return notes === undefined ? own : `${own}\n\n${notes.trim()}`;
}

/**
 * The title and body of an open pull request with promote's words written anew; what others wrote around them stays.
 */
export function withOwnWords(
  open: Pick<PullRequest, 'title' | 'body'> | undefined,
  { title, body }: Pick<PullRequest, 'title' | 'body'>,
): Pick<PullRequest, 'title' | 'body'> {
  const own = open && ownPart(open.body);
  if (open === undefined || own === undefined) return { title, body };
  const made = ownPart(body)?.part ?? body;
  return {
    title:
      own.title !== '' && open.title.includes(own.title) ? open.title.replace(own.title, () => title) : title,
    body: `${own.before}${made}${own.after}`,
  };
}

/** Whether an open pull request says the title and, under the mark, what promote wrote. */
export function saysOwnWords(
  open: Pick<PullRequest, 'title' | 'body'>,
  title: string,
  mark: string,
): boolean {
  return open.title.includes(title) && open.body.includes(mark) && ownPart(open.body)?.isIntact === true;
}

function ownPart(body: string): OwnPart | undefined {
  const found = PART.exec(body);
  const [part, text = '', name, title = ''] = found ?? [];
  if (found === null || part === undefined) return undefined;
  return {
    part,
    before: body.slice(0, found.index),
    after: body.slice(found.index + part.length),
    title: decode(title),
    isIntact: nameOf(text) === name,
  };
}

const PART = /<!-- promote: \S+ -->\n([\s\S]*?)\n<!-- promote end: ([0-9a-f]+) (\S+) -->/;

/** A hash that ignores white space, since forges may change line ends and trailing blanks. */
function nameOf(text: string): string {
  return hexOf(digestOf(text.replace(/\s+/g, ' ').trim())).slice(0, 16);
}

/** The title; empty if somebody wrote something there that cannot be decoded. */
function decode(title: string): string {
  try {
    return decodeURIComponent(title);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return '';
  }
}

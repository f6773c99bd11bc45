import type { CommitRules } from './commits.ts';

const TICKET = /^[A-Za-z0-9#][\w.#/-]{0,63}$/;

/** What a ticket's key looks like, for people. */
export const TICKET_FORM = "a ticket's key, such as OPS-421 or #12";

/** Whether a text is the key of a ticket, so that it can stand in subjects, titles and trailers as it is. */
export function isTicket(text: string): boolean {
  return TICKET.test(text);
}

/** The tickets of a commit: those of earlier runs, then those named now; if there are none, the rules'. */
export function ticketsOf(
  rules: CommitRules | undefined,
  named: readonly string[] = [],
  earlier: readonly string[] = [],
): readonly string[] {
  const { tickets: usual = [] } = rules ?? {};
  const known = new Set([...earlier.filter(ticket => !usual.includes(ticket)), ...named]);
  return known.size > 0 ? [...known] : usual;
}

/**
 * A template for a commit without tickets. In a single line, their placeholder and the brackets around it are
 * removed. Of several lines, those that name tickets are removed.
 */
export function withoutTickets(template: string): string {
  const lines = template.split('\n');
  if (lines.length > 1) {
    const kept = lines.filter(line => !line.includes(MARK) || /\{(?:content|changes)\}/.test(line));
    return kept.join('\n').replaceAll(MARK, '');
  }
  return template.replace(/(?<=\w)\(\{tickets\}\)|[[(]?\{tickets\}[\])]?:? ?/g, '');
}

const MARK = '{tickets}';

import type { Visibility } from './visibility.ts';

/** An issue of a repository. */
export interface Issue {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
}

/** What an issue shall say. */
export interface IssueContent {
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
}

/** A repository's issues; each that promote keeps has a label, and a mark in its text. */
export interface Issues {
  /** Who may read them, which may be others than who sees the site. */
  visibility(): Promise<Visibility>;
  /** The one with label and mark: the oldest that is open, else the newest that is closed. */
  find(label: string, mark: string): Promise<Issue | undefined>;
  /** Opens one. Throws `FORBIDDEN` where the forge leaves the label out, by which it would not be found again. */
  open(label: string, content: IssueContent): Promise<Issue>;
  /** Brings it to the content, and answers whether anything was written. */
  update(issue: Issue, content: IssueContent): Promise<boolean>;
}

/** Of those that are kept under one mark, the one to go on with. */
export function chosenIssue(found: readonly Issue[]): Issue | undefined {
  const sorted = found.toSorted((one, other) => one.number - other.number);
  return sorted.find(({ isOpen }) => isOpen) ?? sorted.at(-1);
}

/** Whether an issue says what it shall; people's editors write line ends of their own. */
export function isSaid(issue: Issue, { title, body, isOpen }: IssueContent): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return issue.title === title.trim() && plain(issue.body) === plain(body) && issue.isOpen === isOpen;
}

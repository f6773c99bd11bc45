import type { Visibility } from './visibility.ts';

/** An issue of a repository. */
export interface Issue {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
}

/** What an issue must say. */
export interface IssueContent {
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
}

/** A repository's issues. Each one that promote keeps has a label, and a mark in its text. */
export interface Issues {
  /** Who may read the issues; other people may see the site. */
  visibility(): Promise<Visibility>;
  /** The issue with the label and the mark: the oldest open one, or else the newest closed one. */
  find(label: string, mark: string): Promise<Issue | undefined>;
  /** Opens an issue. Throws `FORBIDDEN` where the forge omits the label, by which it is found later. */
  open(label: string, content: IssueContent): Promise<Issue>;
  /** Updates an issue to the content, and returns whether it wrote anything. */
  update(issue: Issue, content: IssueContent): Promise<boolean>;
}

/** The issue to continue with, among those with one mark. */
export function chosenIssue(found: readonly Issue[]): Issue | undefined {
  const sorted = found.toSorted((one, other) => one.number - other.number);
  return sorted.find(({ isOpen }) => isOpen) ?? sorted.at(-1);
}

/** Whether an issue has this content; editors may change its line ends. */
export function isSaid(issue: Issue, { title, body, isOpen }: IssueContent): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return issue.title === title.trim() && plain(issue.body) === plain(body) && issue.isOpen === isOpen;
}

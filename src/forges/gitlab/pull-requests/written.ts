import type { PullRequestContent } from '../../forge.ts';

const LONGEST_TITLE = 255;
const LONGEST_BODY = 1_048_576;

/**
 * A text as GitLab must show it. Lines that begin with a slash are quick actions, which GitLab would run in
 * promote's name (`/merge`): a backslash makes them text. https://docs.gitlab.com/user/project/quick_actions/
 */
export function writtenText(text: string): string {
  const plain = text.replaceAll('\r\n', '\n').replaceAll('\0', '');
  return cut(plain.replaceAll(/^([ \t>]*)\/(?=[a-z])/gim, '$1\\/'), LONGEST_BODY);
}

/** A pull request's title and body as they are compared and sent. */
export function written({ title, body }: PullRequestContent, isDraft: boolean) {
  return { title: writtenTitle(title, isDraft), description: writtenText(body) };
}

/** A title as GitLab takes it: cut to its limit at a whole character, with a mark if it is a draft. */
function writtenTitle(title: string, isDraft: boolean): string {
  const marked = isDraft ? `Draft: ${title.trim()}` : title.trim();
  return cut(marked, LONGEST_TITLE);
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 1);
  return `${short.replace(/[\ud800-\udbff]$/, '')}…`;
}

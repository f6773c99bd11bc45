import type { PullRequestContent } from '../../forge.ts';
import { DRAFT } from './pull-request.ts';

const LONGEST_TITLE = 255;
const LONGEST_BODY = 1_000_000;

/** A text as it is compared and sent. */
export function writtenText(text: string): string {
  return cut(text.replaceAll('\r\n', '\n').replaceAll('\0', ''), LONGEST_BODY);
}

/** A pull request's title and body as they are compared and sent; a draft's title marks it. */
export function written({ title, body }: Pick<PullRequestContent, 'title' | 'body'>, isDraft: boolean) {
  const marked = isDraft ? `${DRAFT}${title.trim()}` : title.trim();
  return { title: cut(marked, LONGEST_TITLE), body: writtenText(body) };
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 1);
  return `${short.replace(/[\ud800-\udbff]$/, '')}…`;
}

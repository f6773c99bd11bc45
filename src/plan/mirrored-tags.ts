import type { Mirror, MirroredTags } from '../environments/mirrors.ts';
import { chooseTag } from './refresh/choose-tag.ts';

/** Whether the mirror asks for tags that only the origin's list of tags shows. */
export function followsNewer({ tags }: Mirror): boolean {
  return tags.some(({ update }) => update !== 'digest');
}

/** The tags to keep copies of, each once: those that are written, and the newer ones among the origin's. */
export function mirroredTags({ from, tags }: Mirror, listed: readonly string[]): readonly string[] {
  return [...new Set(tags.flatMap(entry => [entry.tag, ...newerTags(from, entry, listed)]))];
}

function newerTags(
  repository: Mirror['from'],
  { tag, update, newest }: MirroredTags,
  tags: readonly string[],
): readonly string[] {
  const answer = chooseTag({ repository, current: tag, tags, complete: true, update });
  return answer.kind === 'newer' ? answer.tags.slice(0, newest) : [];
}

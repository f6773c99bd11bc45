import type { HistoryEntry } from '../../git/repository.ts';

/** What a commit did to a file: the blobs that its path named before and after, where there was any. */
export function changeOf(
  path: string,
  before: string | undefined,
  after: string | undefined,
): HistoryEntry['changes'][number] {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

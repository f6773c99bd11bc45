import type { HistoryEntry } from '../../git/repository.ts';

/** A commit's change of a file: the blobs at its path before and after, where there was any. */
export function changeOf(
  path: string,
  before: string | undefined,
  after: string | undefined,
): HistoryEntry['changes'][number] {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

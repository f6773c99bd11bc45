import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Head, HistoryEntry, Repository } from '../git/repository.ts';
import { readTrailers } from '../plan/trailers.ts';
import { type Attempt, commitGroup, editFiles } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';

/**
 * Brings the group's branch to hold these files on top of the base. A branch that holds them already is left alone,
 * one that somebody else committed to is not overwritten, and a filtered run keeps what it was not asked about.
 */
export async function proposeForReview(
  context: GroupContext,
  repository: Repository,
  base: Head,
  files: ReadonlyMap<string, string>,
): Promise<Attempt> {
  const { environment, plan, request } = context;
  const branch = `promote/${environment.name}/${plan.group}`;
  const open = await repository.head(branch);
  const onBase = { branch, parent: base.commit, expected: open?.commit, files };
  if (open === undefined) return await commitGroup(context, repository, onBase, 'proposed');

  const missing = await editFiles(context, repository, open.commit, 'any');
  const last = await newestEntry(context, repository, open);
  const made = last && readTrailers(last.message).plan;
  // What another plan made starts from other pins than the base has by now, and could not be merged.
  const isCurrent = made === undefined || made === plan.digest || request.images.size > 0;
  if (isCurrent && missing.kind === 'edited' && missing.files.size === 0) {
    return { kind: 'awaiting', branch, commit: open.commit };
  }
  if (last !== undefined && made === undefined) throw foreign(repository, open, last);
  const onOpen = missing.kind === 'edited' && request.images.size > 0;
  const place = onOpen ? { ...onBase, parent: open.commit, files: missing.files } : onBase;
  return await commitGroup(context, repository, place, 'proposed');
}

async function newestEntry(
  { environment }: GroupContext,
  repository: Repository,
  { commit }: Head,
): Promise<HistoryEntry | undefined> {
  const concerns = (path: string) => path === HOLDS_FILE || ownsFile(environment, path);
  for await (const entry of repository.history(commit, concerns)) return entry;
  return undefined;
}

function foreign({ name }: Repository, { branch }: Head, { author }: HistoryEntry): PromoteError {
  return new PromoteError('BRANCH_MOVED', `${name}: ${branch} holds a commit by ${author}`, {
    hint: 'it is not overwritten: merge or delete the branch, then run again',
  });
}

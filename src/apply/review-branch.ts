import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Head, Repository } from '../forges/repository.ts';
import { editTexts } from '../plan/edit-texts.ts';
import { type Attempt, commitGroup, readMemberFiles } from './group-commit.ts';
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
  const { environment, environments, group, plan, request } = context;
  const branch = `promote/${environment.name}/${plan.group}`;
  const open = await repository.head(branch);
  const onBase = { branch, parent: base.commit, expected: open?.commit, files };
  if (open === undefined) return await commitGroup(context, repository, onBase, 'proposed');

  const there = await readMemberFiles(context, repository, open.commit);
  const missing = editTexts(environments, there, group.members, 'any');
  if (missing.kind === 'edited' && missing.files.size === 0) {
    return { kind: 'awaiting', branch, commit: open.commit };
  }
  await assertOurs(context, repository, open);
  const onOpen = missing.kind === 'edited' && request.images.size > 0;
  const place = onOpen ? { ...onBase, parent: open.commit, files: missing.files } : onBase;
  return await commitGroup(context, repository, place, 'proposed');
}

async function assertOurs({ environment }: GroupContext, repository: Repository, open: Head): Promise<void> {
  for await (const { message, author } of repository.history(open.commit, path =>
    ownsFile(environment, path),
  )) {
    if (/^Promote-Plan: /m.test(message)) return;
    throw new PromoteError('BRANCH_MOVED', `${repository.name}: ${open.branch} holds a commit by ${author}`, {
      hint: 'it is not overwritten: merge or delete the branch, then run again',
    });
  }
}

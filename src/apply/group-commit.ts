import type { CommitRequest, Repository } from '../forges/repository.ts';
import { commitMessage } from '../plan/commit-message.ts';
import type { PinsResult } from '../reports/apply.ts';
import type { GroupContext } from './group-context.ts';
import { readFiles } from './read-pins.ts';

/** What became of the pins. `changed`: a pin took a third value meanwhile, so the plan must be made anew. */
export type Proposal = PinsResult | { readonly kind: 'changed'; readonly reason: string };

/** One try at a commit; `moved` where the branch was not where it had been observed. */
export type Attempt = Proposal | { readonly kind: 'moved'; readonly branch: string };

/** The texts of the files that the group's members are pinned in. */
export async function readMemberFiles(
  { group }: GroupContext,
  repository: Repository,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Set(group.members.flatMap(({ pins }) => pins.map(({ pin }) => pin.file)));
  return await readFiles(repository, commit, path => paths.has(path));
}

/** Makes the group's commit at the place, under its message. */
export async function commitGroup(
  { effects, group, plan, request }: GroupContext,
  repository: Repository,
  place: Pick<CommitRequest, 'branch' | 'parent' | 'expected' | 'files'>,
  kind: 'committed' | 'proposed',
): Promise<Attempt> {
  const { branch } = place;
  const message = commitMessage(plan, group.members, request.requestedBy);
  const outcome = await repository.commit({ ...place, message, date: effects.now() });
  return outcome.kind === 'moved' ? { kind: 'moved', branch } : { kind, branch, commit: outcome.commit };
}

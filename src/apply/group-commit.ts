import { HOLDS_FILE } from '../environments/holds/holds.ts';
import type { CommitRequest, Repository } from '../git/repository.ts';
import { commitMessage } from '../plan/commit-message.ts';
import { type EditedTexts, editTexts } from '../plan/edit-texts.ts';
import type { PinsResult } from '../reports/apply.ts';
import type { GroupContext } from './group-context.ts';
import { forgetting } from './holds.ts';
import { readFiles } from './read-pins.ts';

/** What became of the pins. `changed`: a pin took a third value meanwhile, so the plan must be made anew. */
export type PinsOutcome = PinsResult | { readonly kind: 'changed'; readonly reason: string };

/** One try at a commit; `moved` where the branch was not where it had been observed. */
export type Attempt = PinsOutcome | { readonly kind: 'moved'; readonly branch: string };

/** What decides about the group's edits. */
export type EditContext = Pick<GroupContext, 'environments' | 'environment' | 'editHolds'> & {
  readonly group: Pick<GroupContext['group'], 'members'>;
};

/**
 * The files that the group's commit changes on top of another commit: its members' pins, and the holds beside them.
 * `planned` and `any` are as in `editTexts`.
 */
export async function editFiles(
  { environments, environment, group: { members }, editHolds }: EditContext,
  repository: Repository,
  commit: string,
  accept?: 'planned' | 'any',
): Promise<EditedTexts> {
  const paths = new Set([HOLDS_FILE, ...members.flatMap(({ pins }) => pins.map(({ pin }) => pin.file))]);
  const texts = await readFiles(repository, commit, path => paths.has(path));
  const edited = editTexts(environments, texts, members, accept);
  if (edited.kind === 'changed') return edited;
  const before = texts.get(HOLDS_FILE);
  const after = (editHolds ?? forgetting(environment, members))(before);
  if (after === undefined || after === before) return edited;
  return { kind: 'edited', files: new Map([...edited.files, [HOLDS_FILE, after]]) };
}

/** Makes the group's commit at the place, under its message. */
export async function commitGroup(
  { effects, group, plan, request, ...context }: GroupContext,
  repository: Repository,
  place: Pick<CommitRequest, 'branch' | 'parent' | 'expected' | 'files'>,
  kind: 'committed' | 'proposed',
): Promise<Attempt> {
  const { branch } = place;
  const message = context.message ?? commitMessage(plan, group.members, request.requestedBy);
  const outcome = await repository.commit({ ...place, message, date: effects.now() });
  return outcome.kind === 'moved' ? { kind: 'moved', branch } : { kind, branch, commit: outcome.commit };
}

import type { Environment, Environments } from '../environments/environments.ts';
import type { ApprovalGate } from '../environments/gates/approval.ts';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { readFiles } from '../git/read-files.ts';
import type { Repository } from '../git/repository.ts';
import type { Candidate } from '../plan/candidates.ts';
import { type EditedTexts, editTexts } from '../plan/edit-texts.ts';
import type { HistoryEvent } from '../plan/history.ts';
import { forgetting } from '../plan/holds/edit-holds.ts';
import type { ProposeHolds } from '../plan/holds/propose-holds.ts';

/** What a group changes in Git: the pins of its members, and the holds beside them. */
export interface GroupChange {
  readonly group: string;
  readonly members: readonly Candidate[];
  /** The approval that its pull request needs. */
  readonly approval: ApprovalGate | undefined;
  readonly editHolds: ProposeHolds;
  /** The commits that it reverts, newest first. */
  readonly reverts: readonly Pick<HistoryEvent, 'commit' | 'subject'>[];
}

/** The change of a promotion. Released holds are removed once their digest is pinned again. */
export function promotionChange(environment: Environment, decision: GroupDecision): GroupChange {
  const members = 'members' in decision ? decision.members : [];
  const editHolds = () => forgetting(environment, members);
  return { group: decision.group, members, approval: environment.gates.approval, editHolds, reverts: [] };
}

/** Whether the pins are right already and only images, signatures, records or tags are missing. */
export function isRepair(members: readonly Candidate[]): boolean {
  return members.length > 0 && members.every(({ edits }) => edits.length === 0);
}

/**
 * The files that the group changes on top of a commit. `proposed`: the holds in a commit that may contain the
 * change already. `over`: texts that replace those of the commit. `planned` and `any` are as in `editTexts`.
 */
export async function editFiles(
  { members, editHolds }: Pick<GroupChange, 'members' | 'editHolds'>,
  environments: Environments,
  {
    repository,
    commit,
    proposed,
    over,
  }: {
    readonly repository: Repository;
    readonly commit: string;
    readonly proposed?: string | undefined;
    readonly over?: ReadonlyMap<string, string> | undefined;
  },
  accept?: 'planned' | 'any',
): Promise<EditedTexts> {
  const paths = new Set([HOLDS_FILE, ...members.flatMap(({ pins }) => pins.map(({ pin }) => pin.file))]);
  const committed = await readFiles(repository, commit, path => paths.has(path));
  const newer = [...(over ?? [])].filter(([path]) => paths.has(path));
  const texts = new Map([...committed, ...newer]);
  const edited = editTexts(environments, texts, members, accept);
  if (edited.kind === 'changed') return edited;
  const before = texts.get(HOLDS_FILE);
  const after = editHolds(proposed)(before);
  if (after === undefined || after === before) return edited;
  return { kind: 'edited', files: new Map([...edited.files, [HOLDS_FILE, after]]) };
}

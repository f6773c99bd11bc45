import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../environments/environments.ts';
import { HOLDS_FILE, isStop } from '../environments/holds/holds.ts';
import { holdFacts } from '../gates/hold.ts';
import { readFiles } from '../git/read-files.ts';
import type { Repository } from '../git/repository.ts';
import { isPromotion, kindOf } from '../plan/groups.ts';
import type { Base } from '../plan/snapshot.ts';
import type { GroupTask, PinsOutcome } from './task.ts';

/** Why the plan must be made anew. */
type Changed = Extract<PinsOutcome, { kind: 'changed' }>;

/** The holds that a base branch's holds are compared with. */
interface Observed {
  readonly effects: { readonly now: () => Date };
  readonly environment: Environment;
  readonly base: Base;
  readonly repository: Repository;
}

/**
 * Reads the base branch again for holds on the promoted images that were set or released since the gates were
 * judged. `undefined` if there are none. A rollback continues in spite of others' holds, but not of a stop. A
 * change of holds always continues.
 */
export async function findChangedHolds(
  run: Observed,
  task: Pick<GroupTask, 'change'>,
): Promise<Changed | undefined> {
  if (kindOf(task.change.group) === 'hold') return undefined;
  const { base, repository } = run;
  const head = await repository.head(base.branch);
  if (head === undefined) return { kind: 'changed', reason: `branch ${base.branch} is gone` };
  return await compareHolds(run, task, head.commit);
}

/** Compares the holds at the base with those at a later commit of its branch. */
export async function compareHolds(
  { base, environment, repository }: Observed,
  { change: { group, members } }: Pick<GroupTask, 'change'>,
  commit: string,
): Promise<Changed | undefined> {
  if (kindOf(group) === 'hold' || commit === base.commit) return undefined;
  const images = new Set(isPromotion(group) ? members.map(({ image }) => image) : []);
  const holdsAt = async (at: string) => {
    const texts = await readFiles(repository, at, path => path === HOLDS_FILE);
    const facts = holdFacts(environment, texts.get(HOLDS_FILE));
    return facts.kind === 'read' ? facts.holds.filter(hold => isStop(hold) || images.has(hold.image)) : facts;
  };
  return isDeepStrictEqual(await holdsAt(base.commit), await holdsAt(commit))
    ? undefined
    : { kind: 'changed', reason: `${HOLDS_FILE} holds or releases something else now` };
}

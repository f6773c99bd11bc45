import { isDeepStrictEqual } from 'node:util';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import type { Repository } from '../git/repository.ts';
import type { PinsOutcome } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';
import { holdFacts } from './holds.ts';
import { readFiles } from './read-pins.ts';

/** Why the plan must be made anew. */
type Changed = Extract<PinsOutcome, { kind: 'changed' }>;

/**
 * Looks at the base branch again, for holds on the group's images that came or went since the gates were asked;
 * `undefined` where they are the same. A group that edits the holds itself is not stopped by others.
 */
export async function findChangedHolds(context: GroupContext): Promise<Changed | undefined> {
  const { base, effects, environment, editHolds } = context;
  if (editHolds !== undefined) return undefined;
  const repository = await effects.repository(environment.deployment);
  const head = await repository.head(base.branch);
  if (head === undefined) return { kind: 'changed', reason: `branch ${base.branch} is gone` };
  return await compareHolds(context, repository, head.commit);
}

/** The same for a commit of the base branch that is known. */
export async function compareHolds(
  { base, effects, environment, editHolds, group }: GroupContext,
  repository: Repository,
  commit: string,
): Promise<Changed | undefined> {
  if (editHolds !== undefined || commit === base.commit) return undefined;
  const images = new Set(group.members.map(({ image }) => image));
  const holdsAt = async (at: string) => {
    const texts = await readFiles(repository, at, path => path === HOLDS_FILE);
    const facts = holdFacts(environment, texts.get(HOLDS_FILE), effects.now());
    return facts.kind === 'read' ? facts.holds.filter(({ image }) => images.has(image)) : facts;
  };
  return isDeepStrictEqual(await holdsAt(base.commit), await holdsAt(commit))
    ? undefined
    : { kind: 'changed', reason: `${HOLDS_FILE} holds or lets in something else now` };
}

import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { HOLDS_FILE } from '../environments/holds.ts';
import { PromoteError } from '../errors.ts';
import type { Repository } from '../forges/repository.ts';
import type { Effects } from './effects.ts';
import { type Attempt, commitGroup, editFiles, type Proposal } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';
import { holdFacts } from './holds.ts';
import { proposePullRequest } from './pull-request/propose-pull-request.ts';
import { readFiles } from './read-pins.ts';
import { proposeForReview } from './review-branch.ts';

/** How long a moving branch is observed and tried again, in milliseconds. */
export const DEADLINE = 120_000;

const LONGEST_WAIT = 2_000;

/** Commits the group's pins to the environment's branch, or to `promote/<environment>/<group>` with its pull request. */
export async function propose(context: GroupContext): Promise<Proposal> {
  const { base, effects, environment, review } = context;
  if (review !== undefined) return await proposePullRequest(context, review.scene, review.found, 'merge');
  const repository = await effects.repository(environment.deployment);
  const until = effects.now().getTime() + DEADLINE;
  for (let wait = 50; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const attempt = await tryOnce(context, repository);
    if (attempt.kind !== 'moved') return attempt;
    if (effects.now().getTime() + wait > until) {
      throw new PromoteError(
        'BRANCH_MOVED',
        `${repository.name}: ${attempt.branch} kept moving for two minutes`,
        {
          hint: `nothing was committed to ${base.branch}; run again`,
        },
      );
    }
    await pause(wait, effects);
  }
}

async function pause(wait: number, { signal }: Effects): Promise<void> {
  await setTimeout(wait, undefined, signal === undefined ? {} : { signal }).catch(cause => {
    throw new PromoteError('CANCELLED', 'commit of the pins: cancelled while its branch kept moving', {
      cause,
    });
  });
}

async function tryOnce(context: GroupContext, repository: Repository): Promise<Attempt> {
  const { base, environment } = context;
  const head = await repository.head(base.branch);
  if (head === undefined) return { kind: 'changed', reason: `branch ${base.branch} is gone` };
  const edited = await editFiles(context, repository, head.commit);
  if (edited.kind === 'changed') return edited;
  const { files } = edited;
  if (files.size === 0) return { kind: 'unchanged' };
  if (await areHoldsChanged(context, repository, head.commit)) {
    return { kind: 'changed', reason: `${HOLDS_FILE} holds or lets in something else now` };
  }
  if (environment.commit === 'pull-request') return await proposeForReview(context, repository, head, files);
  const place = { branch: head.branch, parent: head.commit, expected: head.commit, files };
  return await commitGroup(context, repository, place, 'committed');
}

/** Whether the holds on the group's images are others than the gates were told; those it edits itself may be. */
async function areHoldsChanged(
  { base, effects, environment, editHolds, group }: GroupContext,
  repository: Repository,
  commit: string,
): Promise<boolean> {
  if (editHolds !== undefined || commit === base.commit) return false;
  const images = new Set(group.members.map(({ image }) => image));
  const holdsAt = async (at: string) => {
    const texts = await readFiles(repository, at, path => path === HOLDS_FILE);
    const facts = holdFacts(environment, texts.get(HOLDS_FILE), effects.now());
    return facts.kind === 'read' ? facts.holds.filter(({ image }) => images.has(image)) : facts;
  };
  return !isDeepStrictEqual(await holdsAt(base.commit), await holdsAt(commit));
}

import { setTimeout } from 'node:timers/promises';
import { PromoteError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Effects } from './effects.ts';
import { type Attempt, commitGroup, editFiles, type PinsOutcome } from './group-commit.ts';
import type { GroupContext } from './group-context.ts';
import { compareHolds } from './holds-changed.ts';
import { proposePullRequest } from './pull-request/propose-pull-request.ts';
import { proposeForReview } from './review-branch.ts';

/** How long a moving branch is observed and tried again, in milliseconds. */
export const DEADLINE = 120_000;

const LONGEST_WAIT = 2_000;

/** Commits the group's pins to the environment's branch, or to `promote/<environment>/<group>` with its pull request. */
export async function propose(context: GroupContext): Promise<PinsOutcome> {
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
  const changed = await compareHolds(context, repository, head.commit);
  if (changed) return changed;
  if (environment.commit === 'pull-request') return await proposeForReview(context, repository, head, files);
  const place = { branch: head.branch, parent: head.commit, expected: head.commit, files };
  return await commitGroup(context, repository, place, 'committed');
}

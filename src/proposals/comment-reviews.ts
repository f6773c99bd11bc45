import type { Comment, PullRequest } from '../forges/forge.ts';
import type { GivenReview } from '../gates/approvals.ts';
import { readApproval, type Said } from '../gates/approve-command.ts';
import type { Digest } from '../oci/digest.ts';
import type { ProposalRun } from './run.ts';

type Change = GivenReview['change'];

/**
 * The comments on a pull request that approve a plan, or seem to. Of each person, the first for the present
 * plan counts, else the last. Write access is looked up only for authors of comments for that plan.
 */
export async function commentReviews(
  { forge: { approvalComments } }: Pick<ProposalRun, 'forge'>,
  pullRequest: PullRequest,
  changeOf: (plan: Digest) => Promise<Change>,
): Promise<readonly GivenReview[]> {
  const comments = (await approvalComments?.read(pullRequest)) ?? [];
  const said = comments.map(comment => ({
    comment,
    said: readApproval(comment.text, approvalComments?.command ?? ''),
  }));
  const read = said.map(async ({ comment, said }) => ({ comment, change: await changeBy(comment, said) }));
  const approving = (await Promise.all(read)).filter(({ change }) => change !== undefined);
  const own = Map.groupBy(approving, ({ comment: { author } }) => author.id || `nobody ${author.name}`);
  const chosen = [...own.values()].flatMap(
    given => given.find(({ change }) => change === 'plan') ?? given.at(-1) ?? [],
  );
  const counted = chosen.filter(({ change }) => change === 'plan').map(({ comment }) => comment.author);
  const writers = (counted.length > 0 && (await approvalComments?.writers(counted))) || new Set<string>();
  return chosen.flatMap(({ comment: { author, at, url }, change = 'other' }): GivenReview => {
    const when = { at: at.toISOString(), url, commit: '' };
    return { reviewer: author, verdict: 'approved', ...when, canWrite: writers.has(author.id), change };
  });

  async function changeBy({ isChanged }: Comment, said: Said): Promise<Change | undefined> {
    if (said.kind === 'nothing') return undefined;
    if (isChanged) return 'edited';
    return said.kind === 'unclear' ? 'unclear' : await changeOf(said.digest);
  }
}

import { PromoteError } from '../../errors.ts';
import { branchRef } from '../git/branch-name.ts';
import type { BranchMove } from '../git/branches.ts';
import type { Branches } from './branches.ts';
import { isRefusal } from './failure.ts';
import type { GitHub } from './github.ts';

/**
 * Moves a branch from where it was expected to its new commit, by one compare-and-swap (`updateRefs`,
 * https://docs.github.com/en/graphql/reference/mutations#updaterefs). A server or token without that mutation gets the
 * requests that compare as much as REST can. Throws for a branch that moved: the caller looks where it is.
 */
export async function advance(github: GitHub, branches: Branches, move: BranchMove): Promise<void> {
  const { branch, expected, commit, parent } = move;
  const { node } = await branches.identity();
  const refUpdate = {
    name: branchRef(branch),
    beforeOid: expected ?? '0'.repeat(commit.length),
    afterOid: commit,
    force: expected !== undefined && expected !== parent,
  };
  try {
    await github.graphql(`move ${branch}`, UPDATE_REFS, {
      input: { repositoryId: node, refUpdates: [refUpdate] },
    });
  } catch (error) {
    // A refusal whose reason is known stands; else REST, which compares besides, tells a better one or succeeds.
    if (!isRefusal(error, 200, 404) || error.code === 'FORBIDDEN') throw error;
    await advanceByRest(github, branches, move);
  }
}

const UPDATE_REFS = 'mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

async function advanceByRest(
  github: GitHub,
  branches: Branches,
  { branch, expected, commit, parent }: BranchMove,
): Promise<void> {
  const { place } = github;
  const doing = `move ${branch}`;
  if (expected === undefined) {
    await github.ask(doing, ({ rest }) =>
      rest.git.createRef({ ...place, ref: branchRef(branch), sha: commit }),
    );
    return;
  }
  // Compared as late as REST allows; an update that is no fast-forward is refused besides, unless we replace.
  if ((await branches.head(branch))?.commit !== expected) {
    throw new PromoteError('BRANCH_MOVED', `move ${branch} of ${github.name}: it is elsewhere`);
  }
  const update = {
    ...place,
    ref: branchRef(branch).slice('refs/'.length),
    sha: commit,
    force: expected !== parent,
  };
  await github.ask(doing, ({ rest }) => rest.git.updateRef(update));
}

import { PromoteError } from '../../errors.ts';
import { branchRef } from '../../git/branch-name.ts';
import type { BranchMove } from '../../git/branches.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Branches } from './branches.ts';
import type { GitHub } from './github.ts';

/**
 * Moves a branch from its expected commit to the new one, by one compare-and-swap. Where the server or token
 * lacks that mutation, REST compares as far as it can. Throws for a branch that moved: the caller reads where
 * it is. https://docs.github.com/en/graphql/reference/mutations#updaterefs
 */
export async function advance(github: GitHub, branches: Branches, move: BranchMove): Promise<void> {
  const { branch, expected, commit, parent } = move;
  // For a branch that must not exist yet, REST compares as well.
  if (expected === undefined) return await create(github, move);
  const { node } = await branches.identity();
  const refUpdate = {
    name: branchRef(branch),
    beforeOid: expected,
    afterOid: commit,
    force: expected !== parent,
  };
  try {
    await github.graphql(`move ${branch}`, UPDATE_REFS, {
      input: { repositoryId: node, refUpdates: [refUpdate] },
    });
  } catch (error) {
    // The REST requests compare too: they succeed, or show a better reason.
    if (!isRefusal(error, 200, 404)) throw error;
    await advanceByRest(github, branches, move);
  }
}

const UPDATE_REFS = 'mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

async function create(github: GitHub, { branch, commit }: BranchMove): Promise<void> {
  await github.ask(`move ${branch}`, ({ rest }) =>
    rest.git.createRef({ ...github.place, ref: branchRef(branch), sha: commit }),
  );
}

async function advanceByRest(
  github: GitHub,
  branches: Branches,
  { branch, expected, commit, parent }: BranchMove,
): Promise<void> {
  const doing = `move ${branch}`;
  // Compared as late as REST allows. Without `force`, REST also refuses an update that is no fast-forward.
  if ((await branches.head(branch))?.commit !== expected) {
    throw new PromoteError('BRANCH_MOVED', `move ${branch} of ${github.name}: it is elsewhere`);
  }
  const update = {
    ref: branchRef(branch).slice('refs/'.length),
    sha: commit,
    force: expected !== parent,
  };
  await github.ask(doing, ({ rest }) => rest.git.updateRef({ ...github.place, ...update }));
}

import { branchRef } from '../branch-name.ts';
import type { Branches, BranchMove } from '../branches.ts';
import { detachedHead } from '../detached-head.ts';
import { headsBelow } from '../remote-refs.ts';
import type { CommitOutcome, Head } from '../repository.ts';
import { updateWorkingTree } from '../working-tree.ts';
import type { NamedCommits } from './named-commits.ts';
import { withRefLocked } from './ref-transaction.ts';
import { type GitContext, runGit } from './run.ts';
import { findWorkingTree } from './working-tree.ts';

/** The branches of a repository without a remote. A working tree on the branch is updated with it. */
export function localBranches(
  context: GitContext,
  named: NamedCommits,
  checkedOut: string | undefined,
): Branches {
  return {
    async head(branch = checkedOut) {
      if (branch === undefined) throw detachedHead(context.directory);
      const commit = await named.commit(branchRef(branch));
      return commit === undefined ? undefined : { branch, commit };
    },
    list: prefix => listBranches(context, prefix),
    advance: move => advance(context, named, move),
  };
}

async function listBranches(context: GitContext, prefix: string): Promise<readonly Head[]> {
  const format = '--format=%(objectname) %(refname)';
  // Git matches prefixes by whole directories only.
  const directory = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0));
  const below = directory === '' ? 'refs/heads' : branchRef(directory);
  const listed = await runGit(context, ['for-each-ref', format, below]);
  return headsBelow(
    prefix,
    `${listed}`.split('\n').map(line => line.split(' ')),
  );
}

async function advance(context: GitContext, named: NamedCommits, move: BranchMove): Promise<CommitOutcome> {
  const ref = branchRef(move.branch);
  try {
    await withRefLocked(context, { ref, from: move.expected, to: move.commit }, async () => {
      const tree = await findWorkingTree(context, ref);
      if (tree !== undefined) await updateWorkingTree(tree, move.changes);
    });
  } catch (error) {
    const actual = await named.commit(ref);
    if (actual === move.expected) throw error;
    if (actual !== move.commit) return { kind: 'moved', actual };
  }
  return { kind: 'committed', commit: move.commit };
}

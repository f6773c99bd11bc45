import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBranches, resolveRef } from 'isomorphic-git';
import { ifPresent, PromoteError } from '../../errors.ts';
import { branchRef } from '../branch-name.ts';
import type { Branches, BranchMove } from '../branches.ts';
import { detachedHead } from '../detached-head.ts';
import type { CommitOutcome } from '../repository.ts';
import { updateWorkingTree } from '../working-tree.ts';
import { writeWholeFile } from '../write-file.ts';
import { type Checkout, needsGit } from './checkout.ts';
import { explained } from './explained.ts';
import { withFileLock } from './lock.ts';
import type { ObjectStore } from './object-store.ts';
import { workingTree } from './working-tree.ts';

/** The branches of a repository without a remote, and without `git`. */
export function lockedBranches(store: ObjectStore, checkout: Checkout): Branches {
  return {
    async head(branch = checkout.branch) {
      if (branch === undefined) throw detachedHead(checkout.directory ?? checkout.gitdir);
      const commit = await readBranch(store, branchRef(branch));
      return commit === undefined ? undefined : { branch, commit };
    },
    async list(prefix) {
      const names = (await listBranches(store)).filter(name => name.startsWith(prefix));
      const heads = names.map(async branch => {
        const commit = await readBranch(store, branchRef(branch));
        return commit === undefined ? [] : [{ branch, commit }];
      });
      return (await Promise.all(heads)).flat();
    },
    advance: move =>
      explained(`update of ${move.branch} in ${store.gitdir}`, () => advance(store, checkout, move)),
  };
}

async function advance(store: ObjectStore, checkout: Checkout, move: BranchMove): Promise<CommitOutcome> {
  const ref = branchRef(move.branch);
  await assertNameIsFree(store, move.branch);
  await assertNotInLinkedTree(store, ref);
  const file = join(store.gitdir, ref);
  return await withFileLock(file, async () => {
    const actual = await readBranch(store, ref);
    if (actual !== move.expected) return { kind: 'moved', actual };
    if (checkout.directory !== undefined && checkout.branch === move.branch) {
      await updateWorkingTree(workingTree(store, checkout.directory), move.changes);
    }
    await writeWholeFile(file, `${move.commit}\n`);
    return { kind: 'committed', commit: move.commit };
  });
}

async function readBranch(store: ObjectStore, ref: string): Promise<string | undefined> {
  return await resolveRef({ ...store, ref }).catch(error => {
    if (error instanceof Error && error.name === 'NotFoundError') return undefined;
    throw error;
  });
}

/** Refs are files: a branch `a` excludes a branch `a/b`, even where `a` is packed. */
async function assertNameIsFree(store: ObjectStore, branch: string): Promise<void> {
  const branches = await listBranches(store);
  const other = branches.find(name => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`));
  if (other === undefined) return;
  throw new PromoteError('GIT', `branch ${branch} cannot be in ${store.gitdir} beside branch ${other}`, {
    hint: `delete or rename branch ${other}`,
  });
}

async function assertNotInLinkedTree(store: ObjectStore, ref: string): Promise<void> {
  const linked = join(store.gitdir, 'worktrees');
  for (const name of (await ifPresent(readdir(linked))) ?? []) {
    const head = await ifPresent(readFile(join(linked, name, 'HEAD'), 'utf8'));
    if (head?.trim() === `ref: ${ref}`)
      throw needsGit(store.gitdir, `${ref} is checked out in a linked working tree`);
  }
}

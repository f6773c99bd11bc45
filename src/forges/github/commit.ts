import { PromoteError } from '../../errors.ts';
import type { CommitIdentity } from '../../git/author.ts';
import { branchRef } from '../../git/branch-name.ts';
import { assertWritablePath } from '../../git/changes.ts';
import { changesOf, type PlannedCommit, planChain, writeChain } from '../../git/commit-chain.ts';
import { moveOrGoOn } from '../../git/move-on.ts';
import type { FileChange } from '../../git/objects.ts';
import type { CommitOutcome, CommitRequest } from '../../git/repository.ts';
import { settlePush } from '../../git/settle-push.ts';
import { isRefusal } from '../api/refusal.ts';
import { advance } from './advance.ts';
import type { Branches } from './branches.ts';
import type { GitHub } from './github.ts';
import type { Trees } from './trees.ts';
import { writeCommit } from './write-commit.ts';

/** What a commit is made with. */
export interface CommitParts {
  readonly github: GitHub;
  readonly trees: Trees;
  readonly branches: Branches;
  readonly identity: CommitIdentity | undefined;
  /** The root trees of commits, which several groups are made on, at the same time too. */
  readonly roots: Map<string, Promise<string>>;
}

/**
 * Writes trees and commits without a ref, and moves the branch by one compare-and-swap. A request that
 * changes nothing on a branch that is at `parent` writes nothing and returns `parent`.
 */
export async function commit(parts: CommitParts, request: CommitRequest): Promise<CommitOutcome> {
  const { github, trees, branches } = parts;
  const { branch, parent, expected, below } = request;
  branchRef(branch);
  for (const { files } of [...(below ?? []), request])
    for (const path of files.keys()) assertWritablePath(path, request.ciFiles);
  const chain = planChain(request, await trees.read(parent));
  const look = async () => (await branches.head(branch))?.commit;
  if (expected === parent && chain.every(({ changes }) => changes.length === 0)) {
    const actual = await look();
    return actual === parent
      ? { kind: 'committed', commit: parent, below: below?.map(() => parent) }
      : { kind: 'moved', actual };
  }
  const written = new Map<PlannedCommit, string>();
  let base: string | undefined;
  for (const planned of chain) {
    base = await writeTree(github, base ?? (await rootOf(parts, parent)), planned.changes).catch(error => {
      throw explained(error, planned.changes);
    });
    written.set(planned, base);
  }
  const outcome = await moveOrGoOn(request, async second => {
    const made = await writeChain(request, chain, async (planned, on) => {
      const { message } = planned;
      const tree = written.get(planned) ?? '';
      return await writeCommit(github, parts.identity, { ...request, message, parent: on, tree, second });
    });
    const commit = made.at(-1) ?? parent;
    const move = { branch, expected, commit, parent: second ?? parent, changes: changesOf(chain) };
    const moved = await settlePush(move, () => advance(github, branches, move), look);
    return moved.kind === 'committed' && below !== undefined ? { ...moved, below: made.slice(0, -1) } : moved;
  });
  // People watch a branch that was at the parent; any other branch ends in a pull request.
  if (outcome.kind === 'committed' && expected === parent) await github.noticeJobToken();
  return outcome;
}

/** For workflow files without their permission, GitHub answers 403 or 404 without a reason. */
function explained(error: unknown, changes: readonly FileChange[]): unknown {
  const workflow = changes.find(({ path }) => /^\.github\/workflows\//i.test(path));
  if (workflow === undefined || !isRefusal(error, 403, 404)) return error;
  return new PromoteError('FORBIDDEN', `${error.message}, with ${workflow.path} among them`, {
    hint: "workflow files need the App's or token's permission workflows: write (classic tokens: the scope workflow), which GITHUB_TOKEN never has",
    cause: error,
  });
}

async function rootOf({ github, roots }: CommitParts, commit: string): Promise<string> {
  const known = roots.get(commit) ?? readRoot(github, commit);
  roots.set(commit, known);
  try {
    return await known;
  } catch (error) {
    roots.delete(commit);
    throw error;
  }
}

async function readRoot(github: GitHub, commit: string): Promise<string> {
  const { tree } = await github.ask(`read commit ${commit}`, ({ rest }) =>
    rest.git.getCommit({ ...github.place, commit_sha: commit }),
  );
  return tree.sha;
}

const MOST_FILES = 250;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Writes the files in requests small enough for GitHub to answer in time, each on top of the one before. */
async function writeTree(github: GitHub, root: string, changes: readonly FileChange[]): Promise<string> {
  let base = root;
  for (const part of parts(changes)) {
    const tree = part.map(({ path, mode, text }) => ({ path, mode, type: 'blob' as const, content: text }));
    const made = await github.ask(`write ${changes.length} files`, ({ rest }) =>
      rest.git.createTree({ ...github.place, base_tree: base, tree }),
    );
    base = made.sha;
  }
  return base;
}

function parts(changes: readonly FileChange[]): readonly (readonly FileChange[])[] {
  const all: FileChange[][] = [];
  let size = 0;
  for (const change of changes) {
    const last = all.at(-1);
    size += change.text.length;
    if (last === undefined || last.length === MOST_FILES || size > MOST_CHARACTERS) {
      all.push([change]);
      size = change.text.length;
    } else last.push(change);
  }
  return all;
}

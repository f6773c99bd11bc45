import { PromoteError } from '../../errors.ts';
import { DIRECTORY } from '../../git/objects.ts';
import { createBatch } from '../api/batch.ts';
import { createDirectories, type Tree } from '../api/directories.ts';
import { keepTrees } from '../api/kept-trees.ts';
import type { GitHub } from './github.ts';
import { readSharing } from './shared-trees.ts';

/** The trees of a run, by the object name of a commit or a tree. */
export type Trees = ReturnType<typeof createTrees>;

const MOST_SUBTREES = 2000;

/**
 * Reads whole trees by one request each, or by subtrees where GitHub cuts off the answer. For several commits
 * at once, only what they do not share with known trees is read.
 */
export function createTrees(github: GitHub) {
  const directories = createDirectories();
  const read = createBatch(
    async (object: string) => directories.keep(await readTree(github, object)),
    async commits => await readSharing(github, directories, commits),
  );
  return keepTrees(read);
}

type Entry = Tree extends ReadonlyMap<string, infer Value> ? readonly [path: string, entry: Value] : never;

async function readTree(github: GitHub, object: string): Promise<Tree> {
  let asked = 0;

  async function entriesOf(name: string): Promise<readonly Entry[]> {
    asked += 1;
    if (asked > MOST_SUBTREES) throw tooLarge(github, object);
    const whole = await ask(github, name, true);
    if (!whole.truncated) return whole.entries;
    const direct = await ask(github, name, false);
    if (direct.truncated) throw tooLarge(github, object);
    const found = [...direct.entries];
    for (const [directory, entry] of direct.entries) {
      if (entry.mode !== DIRECTORY) continue;
      for (const [path, below] of await entriesOf(entry.object)) found.push([`${directory}/${path}`, below]);
    }
    return found;
  }

  return new Map(await entriesOf(object));
}

async function ask(github: GitHub, object: string, isRecursive: boolean) {
  const { tree, truncated } = await github.ask(`list ${object}`, ({ rest }) =>
    rest.git.getTree({ ...github.place, tree_sha: object, ...(isRecursive && { recursive: 'true' }) }),
  );
  const entries = tree.map(({ path, mode, sha, size }): Entry => [path, { mode, object: sha, size }]);
  return { entries, truncated };
}

function tooLarge(github: GitHub, root: string): PromoteError {
  return new PromoteError('TOO_LARGE', `list ${root} of ${github.name}: GitHub cuts off its directories`, {
    hint: 'name the deployment repository by a Git URL with `forge: git`, which reads it by a clone',
  });
}

import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { DIRECTORY } from '../../git/objects.ts';
import type { TreeEntry } from '../../git/repository.ts';
import { createDirectories, type Directory, type Tree, wholeTree } from '../api/directories.ts';
import { type KeptTrees, keepTrees } from '../api/kept-trees.ts';
import type { Forgejo } from './forgejo.ts';

/** The trees of a run by commit; a directory that two commits share is read once. */
export interface Trees extends KeptTrees<Directory extends ReadonlyMap<string, infer Entry> ? Entry : never> {
  /** One entry of a commit; only the directories above it are read. */
  entry(commit: string, path: string): Promise<TreeEntry | undefined>;
}

const MOST_ENTRIES = 200_000;
/** With more unknown directories on one level, the whole tree is read in pages. */
const MOST_WALKED = 4;
const PAGE = 1000;

const LISTED = z.object({
  tree: z
    .array(z.object({ path: z.string(), mode: z.string(), sha: z.string(), size: z.number().nullish() }))
    .nullish(),
  total_count: z.number(),
});

/** Reads trees over the API, by the names of commits and of directories. */
export function createTrees(forgejo: Forgejo): Trees {
  const directories = createDirectories();
  const asked = new Map<string, Promise<Directory>>();

  /** An instance returns a thousand entries a page, or fewer; the next pages return the rest. */
  async function list(object: string, isRecursive: boolean): Promise<Directory> {
    const doing = `list the files at ${object}`;
    const found = new Map<string, Directory extends ReadonlyMap<string, infer Entry> ? Entry : never>();
    for (let page = 1; ; page += 1) {
      const query = { per_page: PAGE, page, ...(isRecursive && { recursive: true }) };
      const { tree, total_count } = await forgejo.ask({ doing, path: `git/trees/${object}`, query }, LISTED);
      for (const { path, mode, sha, size } of tree ?? [])
        found.set(path, { mode, object: sha, size: size ?? undefined });
      if (total_count > MOST_ENTRIES) throw tooLarge(doing, forgejo.name);
      if ((tree ?? []).length === 0 || found.size >= total_count) return found;
    }
  }

  /** The direct entries of a commit's root, or of a directory. */
  async function directory(object: string): Promise<Directory> {
    const known = directories.known.get(object);
    if (known !== undefined) return known;
    const listing = asked.get(object) ?? list(object, false);
    asked.set(object, listing);
    const found = await listing.finally(() => asked.delete(object));
    directories.known.set(object, found);
    return found;
  }

  async function readWhole(commit: string): Promise<Tree> {
    const tree = directories.keep(await list(commit, true));
    directories.known.set(commit, new Map([...tree].filter(([path]) => !path.includes('/'))));
    return tree;
  }

  /** Reads a tree level by level; `undefined` where many directories are not known yet. */
  async function readSharing(commit: string): Promise<Tree | undefined> {
    for (let level = [await directory(commit)]; level.length > 0; ) {
      const below = level.flatMap(one => [...one.values()].filter(({ mode }) => mode === DIRECTORY));
      const names = [...new Set(below.map(({ object }) => object))];
      if (names.filter(name => !directories.known.has(name)).length > MOST_WALKED) return undefined;
      level = await Promise.all(names.map(directory));
    }
    return wholeTree(directories.known, commit);
  }

  const kept = keepTrees(async (commit: string) => {
    const shared = directories.known.size === 0 ? undefined : await readSharing(commit);
    return shared ?? (await readWhole(commit));
  });
  return {
    ...kept,
    async entry(commit, path) {
      let object = commit;
      const names = path.split('/');
      for (const [at, name] of names.entries()) {
        const entry = (await directory(object)).get(name);
        if (at === names.length - 1 || entry?.mode !== DIRECTORY)
          return at === names.length - 1 ? entry : undefined;
        object = entry.object;
      }
      return undefined;
    },
  };
}

function tooLarge(doing: string, name: string): PromoteError {
  return new PromoteError('TOO_LARGE', `${doing} of ${name}: more than ${MOST_ENTRIES} entries`, {
    hint: 'name the deployment repository with `forge: git`, which reads it by a clone',
  });
}

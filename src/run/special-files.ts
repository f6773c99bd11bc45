import type { Environment } from '../environments/environments.ts';
import { inFolder, leavesOutFolder, ownsFile, reachesInto } from '../environments/locate.ts';
import type { Keep, Repository, TreeEntry } from '../git/repository.ts';
import type { SpecialFile } from '../plan/special-file.ts';

const LINK = '120000';
const SUBMODULE = '160000';

/** A commit's tree, and which texts may mention a known image. */
interface Seen {
  readonly repository: Pick<Repository, 'read'>;
  readonly tree: ReadonlyMap<string, TreeEntry>;
  readonly keep: Keep;
}

/**
 * The symbolic links and submodules among an environment's files. A link to another file of the environment
 * is left out, since that file is read under its own name. It is a note where nothing behind it is of a known
 * image.
 */
export async function specialFiles(seen: Seen, environment: Environment): Promise<readonly SpecialFile[]> {
  const { repository, tree } = seen;
  const irregular = [...tree].filter(([, entry]) => !isRegular(entry));
  const links = irregular.filter(([path, { mode }]) => mode === LINK && ownsFile(environment, path));
  const targets =
    links.length === 0 ? new Map() : await repository.read(links.map(([, link]) => link.object));
  const linked = links.map(async ([path, { object }]) => {
    const target = resolved(path, `${targets.get(object) ?? ''}`);
    const isRead = target !== undefined && isRegular(tree.get(target)) && ownsFile(environment, target);
    return isRead ? [] : [link(path, target, await holdsNothing(seen, environment, target))];
  });
  const submodules = irregular.filter(
    ([path, { mode }]) =>
      mode === SUBMODULE && reachesInto(environment, path) && !leavesOutFolder(environment, path),
  );
  return [...(await Promise.all(linked)).flat(), ...submodules.map(([path]) => submodule(path))];
}

/** Paths of links and submodules, and some within submodules, which a glob may leave out. */
export function irregularPaths(tree: ReadonlyMap<string, TreeEntry>): readonly string[] {
  return [...tree].flatMap(([path, entry]) => {
    if (isRegular(entry)) return [];
    return entry.mode === SUBMODULE ? [path, ...inFolder(path)] : [path];
  });
}

/** Whether all that a link leads to is the environment's own, or mentions no known image. */
async function holdsNothing(
  { repository, tree, keep }: Seen,
  environment: Environment,
  target: string | undefined,
): Promise<boolean> {
  if (target === undefined) return false;
  const folder = target === '' ? '' : `${target}/`;
  const behind = [...tree].filter(([path]) => path === target || path.startsWith(folder));
  const others = behind.filter(([path]) => !ownsFile(environment, path));
  if (behind.length === 0 || others.some(([, entry]) => !isRegular(entry))) return false;
  const read = await repository.read(
    others.map(([, { object }]) => object),
    keep,
  );
  return read.size === 0;
}

function link(path: string, target: string | undefined, isNote: boolean): SpecialFile {
  const to = target === undefined ? 'out of the repository' : `to ${target}`;
  return {
    path,
    what: `a symbolic link ${to}: nothing is read or written through it`,
    hint:
      target === undefined
        ? 'put a file there, or leave the link out of `files` with `exclude`'
        : `add ${JSON.stringify(target)} to the environment's \`files\`, or leave the link out with \`exclude\``,
    isNote: isNote ? true : undefined,
  };
}

function submodule(path: string): SpecialFile {
  return {
    path,
    what: 'a submodule: its files are those of another repository',
    hint: `give those files an environment with \`deployments\` of their own, or leave it out: exclude: [${JSON.stringify(`${path}/**`)}]`,
  };
}

function isRegular(entry: TreeEntry | undefined): boolean {
  return entry?.mode === '100644' || entry?.mode === '100755';
}

/** The path that a link leads to; undefined if it is outside of the repository. */
function resolved(path: string, target: string): string | undefined {
  if (target === '' || target.startsWith('/')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

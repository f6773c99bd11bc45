import type { Environment } from '../../environments/environments.ts';
import { ownsFile, reachesInto } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { modeAt, type Tree } from '../../plan/change.ts';

/**
 * The files that symbolic links show among the environments' files, by their path through the link. A link
 * that leads out of the repository, or in a circle, shows none. Throws `TOO_LARGE` if too many lead to folders.
 */
export async function readLinked(
  repository: Repository,
  environments: readonly Environment[],
  tree: Tree,
): Promise<Tree> {
  const links = [...tree.keys()].filter(path => modeAt(tree, path) === LINK);
  const reaching = links.filter(path => environments.some(environment => reachesInto(environment, path)));
  if (reaching.length === 0) return new Map();
  const texts = await repository.read(links.map(path => blobAt(tree, path)));
  const targets = new Map(links.map(path => [path, `${texts.get(blobAt(tree, path)) ?? ''}`]));
  const isOwned = (path: string) => environments.some(environment => ownsFile(environment, path));
  const linked = { tree, targets, followed: 0 };
  const found = reaching.flatMap(path => [...filesThrough(path, path, linked, [])]);
  return new Map(found.filter(([path]) => isOwned(path)));
}

const LINK = '120000';
/** Folders that link to each other show more paths than anybody could read. */
const MOST_FOLDERS = 1000;
/** As Linux has it for one path. */
const MOST_LINKS = 40;

interface Linked {
  readonly tree: Tree;
  /** What each link says, by the link's path. */
  readonly targets: ReadonlyMap<string, string>;
  followed: number;
}

/** The files at and below a link, by their paths below `shown`. `within` are the folders that led here. */
function* filesThrough(
  shown: string,
  link: string,
  linked: Linked,
  within: readonly string[],
): Generator<readonly [string, string]> {
  const real = realPath(link, linked.targets);
  if (real === undefined || within.includes(real) || `${link}/`.startsWith(real === '' ? '' : `${real}/`))
    return;
  const { tree } = linked;
  const own = tree.get(real);
  if (own?.startsWith('100')) yield [shown, own];
  if (own !== undefined) return;
  linked.followed += 1;
  if (linked.followed > MOST_FOLDERS)
    throw new PromoteError('TOO_LARGE', `${link}: more than ${MOST_FOLDERS} symbolic links to folders`, {
      hint: 'remove links that lead to folders with links',
    });
  for (const [path, entry] of tree) {
    if (!path.startsWith(real === '' ? '' : `${real}/`)) continue;
    const below = `${shown}/${path.slice(real === '' ? 0 : real.length + 1)}`;
    if (entry.startsWith('100')) yield [below, entry];
    else if (entry.startsWith(LINK)) yield* filesThrough(below, path, linked, [...within, real]);
  }
}

/** The path without links on its way; `undefined` if it leads out of the repository or in a circle. */
function realPath(path: string, targets: Linked['targets']): string | undefined {
  const done: string[] = [];
  const left = path.split('/');
  let followed = 0;
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.pop() === undefined) return undefined;
      continue;
    }
    const target = targets.get([...done, part].join('/'));
    if (target === undefined) done.push(part);
    else if (target.startsWith('/') || ++followed > MOST_LINKS) return undefined;
    else left.unshift(...target.split('/'));
  }
  return done.join('/');
}

function blobAt(tree: Tree, path: string): string {
  return tree.get(path)?.split(' ')[1] ?? '';
}

import type { Environment } from '../environments/environments.ts';
import { ownsFile, reachesInto } from '../environments/locate.ts';
import type { Repository, TreeEntry } from '../git/repository.ts';
import type { SpecialFile } from '../plan/special-file.ts';

const LINK = '120000';
const SUBMODULE = '160000';

/**
 * The symbolic links and submodules among an environment's files. A link to a file that is the environment's too is
 * none: that file is read under its own name.
 */
export async function specialFiles(
  repository: Repository,
  commit: string,
  environment: Environment,
): Promise<readonly SpecialFile[]> {
  const tree = await repository.tree(commit);
  const irregular = [...tree].filter(([, entry]) => !isRegular(entry));
  const links = irregular.filter(([path, { mode }]) => mode === LINK && ownsFile(environment, path));
  const targets =
    links.length === 0 ? new Map() : await repository.read(links.map(([, link]) => link.object));
  const linked = links.flatMap(([path, { object }]) => {
    const target = resolved(path, `${targets.get(object) ?? ''}`);
    const isRead = target !== undefined && isRegular(tree.get(target)) && ownsFile(environment, target);
    return isRead ? [] : [link(path, target)];
  });
  const submodules = irregular.filter(
    ([path, { mode }]) => mode === SUBMODULE && reachesInto(environment, path),
  );
  return [...linked, ...submodules.map(([path]) => submodule(path))];
}

function link(path: string, target: string | undefined): SpecialFile {
  const to = target === undefined ? 'out of the repository' : `to ${target}`;
  return {
    path,
    what: `a symbolic link ${to}: nothing is read or written through it`,
    hint:
      target === undefined
        ? 'put a file there, or leave the link out of `files` with `exclude`'
        : `add ${JSON.stringify(target)} to the environment's \`files\`, or leave the link out with \`exclude\``,
  };
}

function submodule(path: string): SpecialFile {
  return {
    path,
    what: 'a submodule: its files are those of another repository',
    hint: 'give those files an environment with `deployments` of their own, or leave it out with `exclude`',
  };
}

function isRegular(entry: TreeEntry | undefined): boolean {
  return entry?.mode === '100644' || entry?.mode === '100755';
}

/** Where a link leads from its folder; undefined out of the repository. */
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

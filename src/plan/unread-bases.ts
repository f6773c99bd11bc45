import { ignoreReason } from '../pins/site/ignored.ts';
import { fileAt, isKustomization, namedBy, remoteBases } from '../pins/together/kustomize-files.ts';
import { folderOf } from '../pins/together/place.ts';
import { positionAt, type Spot } from '../pins/yaml/source.ts';
import type { SpecialFile } from './special-file.ts';

/** A commit's tree, and the texts of kustomizations and of what they build on. */
interface Built {
  readonly texts: ReadonlyMap<string, string>;
  readonly tree: ReadonlyMap<string, { readonly mode: string }>;
}

const LINK = '120000';
const SUBMODULE = '160000';
/** kustomize reads `github.com/acme/bases` from that host if there is no such folder. */
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\//i;

/** The bases that kustomizations name and that are not read: an image pinned there would go unseen. */
export function unreadBases({ texts, tree }: Built): readonly SpecialFile[] {
  return [...texts.keys()].filter(isKustomization).flatMap(file => {
    const lost = namedBy(file, texts).flatMap(({ path, from }) => {
      const written = from.node.kind === 'scalar' ? from.node.text : '';
      const found = why(path, { texts, tree });
      if (found === undefined) return [];
      return found === ABSENT && HOST.test(written)
        ? remote(from, written)
        : [lostAt(from, path ?? written, found)];
    });
    return [...lost, ...remoteBases(file, texts).flatMap(from => remote(from, from.node.text))];
  });
}

function lostAt(from: Spot, path: string, { what, hint }: Pick<SpecialFile, 'what' | 'hint'>): SpecialFile {
  const { line, col } = positionAt(from.source, from.node.start);
  return { path, what: `${what}; ${from.source.file}:${line}:${col} builds on it`, hint };
}

/** A base on another host; none if a comment with a reason settles it. */
function remote(from: Spot, written: string): readonly SpecialFile[] {
  const { line } = positionAt(from.source, from.node.start);
  if (ignoreReason(from.source.text.split('\n'), line)) return [];
  return [{ ...lostAt(from, written, ELSEWHERE), isNote: true }];
}

const ELSEWHERE = {
  what: 'on another host and is not read, so an image that it pins is not known',
  hint: 'give its images entries of `images`, or write `# promote: ignore <reason>` behind the line',
} as const;
const ABSENT = {
  what: 'not in the commit',
  hint: 'correct the path, or commit what it names: kustomize fails there',
} as const;
const OUTSIDE = { what: 'out of the repository', hint: 'name a path inside of the repository' } as const;
const OTHERS = {
  what: 'in a submodule: its files are those of another repository',
  hint: 'give those files an environment with `deployments` of their own',
} as const;
const LINKED = {
  what: 'a symbolic link: nothing is read through it',
  hint: 'name the file or the folder that the link leads to',
} as const;
const UNBUILT = {
  what: 'a folder without a kustomization',
  hint: 'add a kustomization.yaml to it, or name its files one by one',
} as const;

function why(path: string | undefined, { texts, tree }: Built) {
  if (path === undefined) return OUTSIDE;
  if (fileAt(path, texts) !== undefined) return undefined;
  for (const above of [...foldersOf(path), path]) {
    const mode = tree.get(above)?.mode;
    if (mode === LINK) return LINKED;
    if (mode === SUBMODULE) return OTHERS;
  }
  if (tree.has(path)) return undefined;
  const isFolder = [...tree.keys()].some(name => name.startsWith(`${path}/`));
  return isFolder ? UNBUILT : ABSENT;
}

function foldersOf(path: string): readonly string[] {
  const folder = folderOf(path).slice(0, -1);
  return folder === '' ? [] : [...foldersOf(folder), folder];
}

import type { RepositoryName } from '../../oci/reference.ts';
import { readReference } from '../site/reference.ts';
import type { FoundMention } from './mention.ts';

const IMAGE_LINE = /(?<=^|[\s{,"'-])\w*image\w*["']?[ \t]*[:=][ \t]*["']?([\w./-]+)((?:[:@][^\s"',}]+)?)/gim;

/** The names of images without their host, by what is known: every file of a run asks for the same. */
const NAMES = new WeakMap<ReadonlyMap<RepositoryName, string>, ReadonlyMap<string, RepositoryName>>();

/** The names of images without their host in deployment files: the path, and Docker Hub's short names. */
export function bareNames(known: ReadonlyMap<RepositoryName, string>): ReadonlyMap<string, RepositoryName> {
  const names = NAMES.get(known) ?? namesWithoutHost([...known.keys()]);
  NAMES.set(known, names);
  return names;
}

function namesWithoutHost(repositories: readonly RepositoryName[]): ReadonlyMap<string, RepositoryName> {
  return new Map(
    repositories.flatMap(name => {
      const path = name.slice(name.indexOf('/') + 1);
      const isOfHub = name.startsWith('docker.io/library/');
      return [[path, name] as const, ...(isOfHub ? [[path.slice('library/'.length), name] as const] : [])];
    }),
  );
}

/** Known repositories without their host after a key about an image, in a text that is read line by line. */
export function bareIn(text: string, known: ReadonlyMap<RepositoryName, string>): readonly FoundMention[] {
  const names = bareNames(known);
  return [...text.matchAll(IMAGE_LINE)].flatMap(match => {
    const [whole, name = '', behind = ''] = match;
    const repository = names.get(name);
    const isReference = behind === '' || /^[:@][{$]/.test(behind) || readReference(`${name}${behind}`);
    if (repository === undefined || !isReference) return [];
    const start = match.index + whole.length - name.length - behind.length;
    return [{ start, repository, text: `${name}${behind}`, carries: behind !== '' }];
  });
}

import { PromoteError } from '../../errors.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { readData } from '../data/data.ts';
import type { Known } from '../known.ts';
import type { Mention } from '../mentions/mention.ts';
import { formatPath } from '../path.ts';
import { ignoreReason } from '../site/ignored.ts';
import { fileOffset, positionAt, type Spot } from '../yaml/source.ts';
import { namedWay, roots } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** The documents of a file; none where it cannot be read. */
export function rootsOf(file: string, text: string): readonly Spot[] {
  return readable(() => roots(readData(file, text)));
}

/** The result of a read; an empty list where the file cannot be read. */
export function readable<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE')) return [];
    throw error;
  }
}

/** A spot's keys from its document's root, as a rule's path has them. */
export function pathOf(spot: Spot): string {
  const keys: (string | number)[] = [];
  for (let { way } = spot; way !== undefined; way = way.from.way) keys.unshift(way.key);
  return formatPath(keys);
}

/** The folder of a file, with a slash at its end; empty at the root. */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

/** A path relative to a folder; undefined where it leads out of the repository. */
export function joinPath(folder: string, path: string): string | undefined {
  const parts = path.startsWith('/') ? [] : folder.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return path.startsWith('/') ? undefined : parts.join('/');
}

/** A scalar as a mention: a place that names a known image, and that no promotion changes. */
export function mentionAt(
  scalar: Spot<YamlScalar>,
  { images }: Known,
  {
    carries = true,
    ...said
  }: {
    readonly repository: RepositoryName;
    readonly text: string;
    readonly cure: string;
    /** Whether it names the image with a tag or a digest. */
    readonly carries?: boolean;
  },
): Mention {
  const { source, node } = scalar;
  const { line, col: column } = positionAt(source, node.start);
  const reason = ignoreReason(source.text.split('\n'), line);
  const open = carries ? 'told' : 'note';
  const kind = reason === undefined ? open : reason === '' ? 'unreasoned' : 'settled';
  const image = images.get(said.repository) ?? '';
  return { file: source.file, line, column, image, kind, reason, within: namedWay(scalar), ...said };
}

/** A version that is no tag, such as a range, as a mention: no promotion writes one, and it says what runs. */
export function rangeAt(version: Spot<YamlScalar>, known: Known, repository: RepositoryName): Mention {
  const cure = 'write one version in place of the range, or `# promote: ignore <reason>` behind it or above';
  return mentionAt(version, known, { repository, text: `${repository} ${version.node.text}`, cure });
}

/** Where a scalar's text begins in its file. */
export function textStart({ source, node }: Spot<YamlScalar>): number {
  const quotes = node.style === 'single' || node.style === 'double' ? 1 : 0;
  return fileOffset(source, node.start + quotes);
}

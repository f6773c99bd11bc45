import { nestedRoots } from '../yaml/nested.ts';
import { fileOffset, type Spot, type YamlFile } from '../yaml/source.ts';
import { roots, scalarsIn } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** The roots of a file's documents, and of those that its strings contain. */
export function allRoots(source: YamlFile, mayHold: (text: string) => boolean): readonly Spot[] {
  const found: Spot[] = [];
  const pending: Spot[] = [...roots(source)];
  for (let root = pending.shift(); root !== undefined; root = pending.shift()) {
    found.push(root);
    for (const scalar of scalarsIn(root)) {
      if (mayHold(scalar.node.text)) pending.push(...nestedRoots(scalar));
    }
  }
  return found;
}

/** Finds the innermost scalar that contains a character of the file. */
export function holderFinder(all: readonly Spot[]): (offset: number) => Spot<YamlScalar> | undefined {
  const scalars = all.flatMap(scalarsIn).map(spot => {
    const { source, node } = spot;
    return {
      spot,
      start: fileOffset(source, node.start),
      end: fileOffset(source, Math.max(node.start, node.end - 1)),
    };
  });
  return offset => scalars.findLast(({ start, end }) => start <= offset && offset <= end)?.spot;
}

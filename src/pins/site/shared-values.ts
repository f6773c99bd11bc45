import type { PromoteError } from '../../errors.ts';
import type { Splice } from '../text/splice.ts';
import { fileOffset, invalidAt, positionAt, type Spot } from '../yaml/source.ts';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { type PinSite, scalarsOf } from './site.ts';

/**
 * Throws `INVALID` where an edit changes a value that an alias or a merge key also uses outside of pins.
 * `readings` are all ways in which the file names images, including those through aliases.
 */
export function requireOwnUses(
  edited: readonly PinSite[],
  splices: readonly Splice[],
  readings: readonly PinSite[],
): void {
  const uses = Map.groupBy(readings.filter(isKeyed).flatMap(scalarsOf), ({ node }): YamlNode => node);
  const changes = ({ source, node }: Spot<YamlScalar>) => {
    const [start, end] = [fileOffset(source, node.start), fileOffset(source, node.end)];
    return splices.some(splice => splice.start <= end && splice.end >= start);
  };
  for (const scalar of edited.filter(isKeyed).flatMap(scalarsOf)) {
    if (changes(scalar)) requireUses(scalar, uses.get(scalar.node) ?? []);
  }
}

function isKeyed({ parts }: PinSite): boolean {
  return parts.kind === 'keys';
}

function requireUses(scalar: Spot<YamlScalar>, uses: readonly Spot<YamlScalar>[]): void {
  const tree = scalar.source.documents[scalar.document];
  const from = scalar.way?.from;
  for (const { holder, key } of tree?.aliases.get(scalar.node) ?? []) {
    if (!uses.some(({ way }) => way?.from.node === holder && way.key === key))
      throw usedElsewhere(scalar, holder, String(key));
  }
  const bases: (YamlNode | undefined)[] = [from?.node];
  const seen = new Set<YamlNode>();
  for (let base = bases.pop(); base !== undefined; base = bases.pop()) {
    if (seen.has(base)) continue;
    seen.add(base);
    for (const map of tree?.mergedBy.get(base) ?? []) {
      if (map.fields.has(String(scalar.way?.key))) continue;
      if (!uses.some(use => isWithin(use, map))) throw usedElsewhere(scalar, map, String(scalar.way?.key));
      bases.push(map);
    }
  }
}

function isWithin({ way }: Spot, map: YamlNode): boolean {
  return way !== undefined && (way.from.node === map || isWithin(way.from, map));
}

function usedElsewhere({ source, node }: Spot<YamlScalar>, place: YamlNode, key: string): PromoteError {
  const { line } = positionAt(source, place.start);
  const message = `the value is the ${key} of line ${line} too, which is no pin and would change with it`;
  return invalidAt(source, node.start, message, 'write the value out in each place, without the alias');
}

import type { Around } from '../around.ts';
import type { PinFormat } from '../pin.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { isUnique, items, scalarAt, textAt } from '../yaml/spot.ts';
import { keyedSite } from './keyed.ts';
import { type Entry, isImageKey, keyGroups } from './roles.ts';

/**
 * The pins in a list of named values, as Helm's `--set` takes them: `{ name: image.tag, value: 1.4.2 }`.
 * Names that differ only in their last part belong together.
 */
export function namedValueSites(
  list: Spot | undefined,
  format: PinFormat,
  around: Around,
): readonly PinSite[] {
  const entries = items(list).flatMap((item): readonly Entry[] => {
    const scalar = scalarAt(item, 'value');
    return scalar === undefined || !isUnique(scalar) ? [] : [{ key: textAt(item, 'name'), scalar }];
  });
  const byPath = Map.groupBy(entries, ({ key }) => key.slice(0, key.lastIndexOf('.') + 1));
  const globals = byPath.get('global.')?.find(({ key }) => /registry|hub$/i.test(key))?.scalar;
  return [...byPath].flatMap(([path, of]) => {
    const place = {
      inImage: isImageKey(path.split('.').at(-2)),
      above: globals?.node.text ? { registry: globals } : undefined,
    };
    const named = of.map(({ key, scalar }) => ({ key: key.slice(path.length), scalar }));
    return keyGroups(named).flatMap(group => {
      const site = keyedSite(place, group, format, around);
      return site === undefined ? [] : [{ ...site, guessed: true as const }];
    });
  });
}

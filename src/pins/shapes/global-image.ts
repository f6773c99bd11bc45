import type { Spot } from '../yaml/source.ts';
import { child, scalarAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** The registry and the tag that a chart adds to every image without its own. */
export interface GlobalImage {
  readonly registry: Spot<YamlScalar>;
  readonly tag?: Spot<YamlScalar> | undefined;
}

const REGISTRIES = ['imageRegistry', 'registry', 'hub'];

/** The registry and tag that the values around a mapping give to all images: `global.imageRegistry`, `global.hub`. */
export function globalImage(mapping: Spot): GlobalImage | undefined {
  const above = mapping.way?.from;
  const all = child(above ?? mapping, 'global');
  const places = [all, child(all, 'image'), above];
  for (const place of places) {
    if (place === undefined || place.node === mapping.node) continue;
    const registry = REGISTRIES.map(key => scalarAt(place, key)).find(scalar => scalar?.node.text);
    const tag = scalarAt(place, 'tag') ?? scalarAt(place, 'imageTag');
    if (registry !== undefined) return { registry, tag };
  }
  return above === undefined ? undefined : globalImage(above);
}

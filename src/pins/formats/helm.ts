import type { Around } from '../around.ts';
import type { DocumentFormat } from '../format.ts';
import { imageKeySite } from '../shapes/image-key.ts';
import { keyedSites } from '../shapes/keyed.ts';
import { valueSites } from '../shapes/values.ts';
import { editParts } from '../site/edit-parts.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { mappings } from '../yaml/spot.ts';

/** Helm values, and every other YAML that no other format claims. */
export const helm: DocumentFormat = {
  name: 'helm',
  is: () => true,
  sites: (root, around) => [...valuesSites(root, around), ...valueSites(root, 'helm')],
  edit: editParts,
};

/** The pins of Helm values: images with parts under keys of their own, and every `image` with a reference. */
export function valuesSites(values: Spot | undefined, around: Around): readonly PinSite[] {
  return mappings(values).flatMap(mapping => [
    ...keyedSites(mapping, 'helm', around),
    ...[imageKeySite(mapping, 'helm') ?? []].flat(),
  ]);
}

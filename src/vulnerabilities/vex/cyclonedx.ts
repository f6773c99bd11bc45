import { z } from 'zod';
import { distinct, list, timeOf, words } from '../parts.ts';
import { decoded } from '../purl.ts';
import type { VexProduct, VexStatement, VexStatus } from './statement.ts';

const component = z.object({ 'bom-ref': words, purl: words, name: words });

/** The states of an analysis. https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_state */
const STATES: Readonly<Record<string, VexStatus>> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
};

const vulnerability = z.object({
  id: words,
  references: list(z.object({ id: words })),
  updated: words,
  analysis: z.object({ state: words, lastUpdated: words, firstIssued: words }).nullish(),
  affects: list(z.object({ ref: words })),
});

/** A CycloneDX document with analyses. */
export const cycloneDxVex = z
  .object({ bomFormat: z.literal('CycloneDX') })
  .extend({
    metadata: z.object({ timestamp: words, component: component.nullish() }).nullish(),
    components: list(component),
    vulnerabilities: z.array(vulnerability),
  })
  .transform(({ metadata, components, vulnerabilities }): readonly VexStatement[] => {
    const image = metadata?.component;
    const byRef = new Map((components ?? []).map(one => [one['bom-ref'] ?? '', one]));
    return vulnerabilities.flatMap(({ id, references, updated, analysis, affects }) => {
      const status = STATES[analysis?.state ?? ''];
      if (status === undefined) return [];
      const time =
        timeOf(analysis?.lastUpdated) ??
        timeOf(analysis?.firstIssued) ??
        timeOf(updated) ??
        timeOf(metadata?.timestamp);
      return [
        {
          ids: distinct([id, ...(references ?? []).map(one => one.id)]),
          status,
          time,
          products: (affects ?? []).map(({ ref }) => productOf(ref ?? '', image, byRef)),
        },
      ];
    });
  });

type Component = z.infer<typeof component>;

/** The product of a reference, in this document or in another one: `urn:cdx:serial/version#ref`. */
function productOf(
  ref: string,
  image: Component | null | undefined,
  byRef: ReadonlyMap<string, Component>,
): VexProduct {
  const local = ref.startsWith('urn:cdx:') ? decoded(ref.slice(ref.indexOf('#') + 1)) : ref;
  // Without a reference the part is unknown, so the statement must not match the whole image.
  if (local === '') return { names: [], digests: [], packages: ['unnamed'] };
  const names = (one: Component) => distinct([one.purl, one['bom-ref'], one.name]);
  if (image && (local === image['bom-ref'] || local === image.purl))
    return { names: names(image), digests: [], packages: [] };
  const packages = distinct([byRef.get(local)?.purl, local]);
  if (image) return { names: names(image), digests: [], packages };
  return { names: packages, digests: [], packages: [] };
}

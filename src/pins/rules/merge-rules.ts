import type { Around } from '../around.ts';
import { namesHost } from '../site/reference.ts';
import { offsetsOf, type PinSite } from '../site/site.ts';

/**
 * Merges found sites with the sites of rules. A found site is kept, with the rule's image, if it has a host,
 * is editable, and is no guess at an unknown repository. Otherwise the rule's pin replaces it.
 */
export function mergeRules(
  found: readonly PinSite[],
  ruled: readonly PinSite[],
  { known }: Around = {},
): readonly PinSite[] {
  const isSure = ({ guessed, refusal, pin, repositoryText }: PinSite) =>
    refusal === undefined &&
    namesHost(repositoryText) &&
    (guessed === undefined || (pin.repository !== undefined && known?.images.has(pin.repository)));
  const claims = new Map(ruled.flatMap(site => [...offsetsOf(site)].map(offset => [offset, site] as const)));
  const kept = found.flatMap(site => {
    const claim = offsetsOf(site).find(offset => claims.has(offset));
    const image = claim === undefined ? undefined : claims.get(claim)?.pin.image;
    if (image === undefined) return [site];
    return isSure(site) ? [{ ...site, pin: { ...site.pin, image } }] : [];
  });
  const held = new Set(kept.flatMap(offsetsOf));
  return [...kept, ...ruled.filter(site => !offsetsOf(site).some(offset => held.has(offset)))];
}

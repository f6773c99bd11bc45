import type { Around } from '../around.ts';
import { namesHost } from '../site/reference.ts';
import { offsetsOf, type PinSite } from '../site/site.ts';

/**
 * Merges the sites that were found with those of rules. A found site whose repository has a host gets the rule's
 * image. It does not where no edit may change it, or where it is an image only by a known repository. Otherwise the
 * rule's pin counts.
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

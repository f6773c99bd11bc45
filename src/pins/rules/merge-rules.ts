import type { Around } from '../around.ts';
import { namesHost } from '../site/reference.ts';
import { offsetsOf, type PinSite } from '../site/site.ts';

/**
 * The sites that were found and those that rules point at. Where the file names a repository with its host, that pin
 * gets the rule's image, unless no edit may change it or only a known repository would tell; elsewhere the rule's pin stands.
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

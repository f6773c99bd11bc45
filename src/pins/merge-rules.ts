import { namesHost } from './formats/helm.ts';
import { type PinSite, scalarsOf } from './site/site.ts';

/**
 * The sites that were found and those that rules point at. Where the file names a repository with its host, that pin
 * gets the rule's image; elsewhere the rule's pin stands.
 */
export function mergeRules(found: readonly PinSite[], ruled: readonly PinSite[]): readonly PinSite[] {
  const claims = new Map(ruled.flatMap(site => scalarsOf(site).map(({ node }) => [node, site] as const)));
  const claimOf = (site: PinSite) =>
    scalarsOf(site)
      .map(({ node }) => claims.get(node))
      .find(claim => claim);
  const kept = found.flatMap(site => {
    const image = claimOf(site)?.pin.image;
    if (image === undefined) return [site];
    return namesHost(site.repositoryText) ? [{ ...site, pin: { ...site.pin, image } }] : [];
  });
  const held = new Set(kept.flatMap(site => scalarsOf(site).map(({ node }) => node)));
  return [...kept, ...ruled.filter(site => !scalarsOf(site).some(({ node }) => held.has(node)))];
}

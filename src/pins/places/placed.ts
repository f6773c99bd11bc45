import type { FilePlace } from '../file-place.ts';
import { offsetsOf, type PinSite, type Site, spanOf } from '../site/site.ts';

/**
 * The sites, each with the place that holds what decides its image. Its locator begins with the place's keys then, so
 * that it stays when another part of the file grows. One that no place or more than one holds has none.
 */
export function placed(sites: readonly Site[], places: readonly FilePlace[]): readonly Site[] {
  if (places.length === 0) return sites;
  return sites.map(site => {
    if (site.kind !== 'pin') return site;
    const deciding = decidingOffsets(site);
    if (deciding.length === 0) return site;
    const holding = places.filter(({ covers }) => deciding.every(covers));
    const [place] = holding;
    if (place === undefined || holding.length > 1) return site;
    const locator = locatorIn(place, site.pin.locator);
    return { ...site, place, pin: { ...site.pin, locator, at: place.at } };
  });
}

/** Where a tag and a digest are written, or the whole reference; its name where it has neither. */
function decidingOffsets(site: PinSite): readonly number[] {
  const { parts } = site;
  if (parts.kind !== 'keys') return offsetsOf(site);
  const { tag, digest, repository, name } = parts;
  const deciding = (tag ?? digest) ? [tag, digest] : [repository ?? name];
  return deciding.flatMap(scalar => (scalar === undefined ? [] : spanOf(scalar)));
}

function locatorIn({ at, locator: start }: FilePlace, locator: string): string {
  const rest = locator.slice(start.length);
  return locator.startsWith(start) && /^(?:$|[.[ ])/.test(rest) ? `${at}${rest}` : locator;
}

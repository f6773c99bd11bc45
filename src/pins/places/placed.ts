import type { FilePlace } from '../file-place.ts';
import { offsetsOf, type PinSite, type Site, spanOf } from '../site/site.ts';

/**
 * Adds to each site the place that contains what decides its image. The site's locator then begins with the
 * place's keys, so it stays when another part of the file grows. A site in no single place gets none.
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

/** The offsets of a tag and a digest, or of the whole reference; without either, of the image's name. */
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

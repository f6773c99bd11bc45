import type { PinFormat } from '../pin.ts';
import { namesHost, referenceSite } from '../site/reference.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { keysOf, scalarAt, textAt } from '../yaml/spot.ts';
import type { YamlMap, YamlScalar } from '../yaml/tree.ts';
import { mayCarry } from './roles.ts';

/** The pin under a mapping's `image`, where that contains a whole reference or names a host. */
export function imageKeySite(mapping: Spot<YamlMap>, format: PinFormat): PinSite | undefined {
  const scalar = scalarAt(mapping, 'image');
  const site = referenceSite(scalar, format);
  if (site === undefined || scalar === undefined) return undefined;
  const { tag, digest } = site.pin;
  // If the tag has a key of its own, a digest on the repository is a part of that pin.
  if (digest !== undefined && tag === undefined && carrierIn(mapping, isTagKey) !== undefined)
    return undefined;
  if (tag !== undefined || digest !== undefined) return site;
  return namesHost(site.repositoryText) ? { ...site, refusal: refusalOf(scalar) } : undefined;
}

/**
 * Why a bare repository cannot take a tag. A key beside it, or a `tag` above it, has one, and the chart would
 * append that to the reference.
 */
function refusalOf(scalar: Spot<YamlScalar>): PinSite['refusal'] {
  const beside = carrierIn(scalar.way?.from, mayCarry);
  const found = beside ?? carrierAbove(scalar.way?.from.way?.from);
  if (found === undefined) return undefined;
  return {
    at: scalar,
    message: `a bare repository, and ${found} carries its tag: a reference here would render both`,
    hint: `name both places with \`pins\`: the repository by kind: repository, ${found} by kind: tag`,
  };
}

function carrierAbove(spot: Spot | undefined): string | undefined {
  if (spot === undefined) return undefined;
  return carrierIn(spot, isTagKey) ?? carrierAbove(spot.way?.from);
}

function isTagKey(key: string): boolean {
  return /^(?:image)?_?tag$/i.test(key);
}

function carrierIn(spot: Spot | undefined, isCarrier: (key: string) => boolean): string | undefined {
  return keysOf(spot).find(key => isCarrier(key) && textAt(spot, key) !== '');
}

import type { PinFormat } from '../pin.ts';
import { namesHost, referenceSite } from '../site/reference.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { isUnique, scalarsIn } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** Keys whose values a program interprets itself. A reference among them is reported, and not changed. */
const ARGUMENTS = ['args', 'command', 'cmd', 'entrypoint'];

/**
 * Every value that is a whole reference with its host: a variable, an entry of a map or list, a parameter. Only its
 * repository shows that it is an image.
 */
export function valueSites(top: Spot, format: PinFormat): readonly PinSite[] {
  return scalarsIn(top).flatMap(scalar => {
    if (scalar.way === undefined || isArgument(scalar) || isMetadata(scalar) || !isUnique(scalar)) return [];
    const site = referenceSite(scalar, format);
    if (site === undefined || !namesHost(site.repositoryText)) return [];
    const { tag, digest } = site.pin;
    return tag === undefined && digest === undefined ? [] : [{ ...site, guessed: true }];
  });
}

/** Whether a spot is in the metadata of an object: annotations are for people and tools, not for the kubelet. */
export function isMetadata({ way }: Spot): boolean {
  return way !== undefined && (way.key === 'metadata' || isMetadata(way.from));
}

function isArgument({ way }: Spot<YamlScalar>): boolean {
  return way?.from.node.kind === 'sequence' && ARGUMENTS.includes(String(way.from.way?.key));
}

import { parseFile } from '../document.ts';
import { child, roots, type Spot, scalarAt } from '../spot.ts';
import type { FoundSite } from './site.ts';
import { joinTraced, sliceTraced, type Traced } from './traced.ts';
import { explainedSite, type Interpolate, scalarSite } from './yaml-site.ts';

/**
 * The images of a compose file's services; a variable's default counts as its value.
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#image
 */
export function composeSites(file: string, text: string): readonly FoundSite[] {
  return roots(parseFile(file, text)).flatMap(root => services(root).flatMap(serviceSites));
}

function services(root: Spot): readonly Spot[] {
  const all = child(root, 'services');
  if (all?.node.kind !== 'map') return [];
  return [...all.node.fields.keys()].flatMap(name => child(all, name) ?? []);
}

function serviceSites(service: Spot): readonly FoundSite[] {
  const image = scalarAt(service, 'image');
  if (image === undefined) return [];
  if (child(service, 'build') === undefined) return scalarSite(image, interpolate);
  return [explainedSite(image, 'it names what this service builds')];
}

const VARIABLE = /\$\$|\$\{(\w+):?-([^${}]*)\}|\$\{[^}]*\}?|\$\w*/g;

const interpolate: Interpolate = value => {
  const parts: Traced[] = [];
  let done = 0;
  for (const { 0: text, 2: fallback, index } of value.text.matchAll(VARIABLE)) {
    if (fallback === undefined) return { unresolved: text };
    const end = index + text.length;
    parts.push(sliceTraced(value, done, index), sliceTraced(value, end - 1 - fallback.length, end - 1));
    done = end;
  }
  return joinTraced([...parts, sliceTraced(value, done)]);
};

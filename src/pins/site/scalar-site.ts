import { sliceTraced, type Traced } from '../text/traced.ts';
import type { Spot } from '../yaml/source.ts';
import { locatorOf, requireUnique } from '../yaml/spot.ts';
import { traceScalar } from '../yaml/traced-scalar.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import type { Found } from './text-site.ts';

/** Fills in a text's variables, or names the first that has no value. */
export type Interpolate = (value: Traced) => Traced | { readonly unresolved: string };

/** Treats a text with a variable as unresolved. It knows the variable signs of most formats. */
export const noVariables: Interpolate = value => {
  const found = /\$\{\{.*?\}\}|\$\[\[.*?\]\]|\$\{[^}]*\}|\$\w*/.exec(value.text);
  return found === null ? value : { unresolved: found[0] };
};

/** The reference in a scalar after a required prefix; nothing for an absent or empty scalar. */
export function scalarSite(
  scalar: Spot<YamlScalar> | undefined,
  interpolate: Interpolate,
  prefix = '',
): readonly Found[] {
  if (scalar === undefined || scalar.node.text === '' || !scalar.node.text.startsWith(prefix)) return [];
  requireUnique(scalar);
  const site = { locator: locatorOf(scalar), start: scalar.node.start };
  const explained = { ...site, written: scalar.node.text.slice(prefix.length) };
  const value = traceScalar(scalar);
  if (value === undefined) {
    return [{ ...explained, why: 'unreadable', reason: 'it is written with escapes or over several lines' }];
  }
  const filled = interpolate(sliceTraced(value, prefix.length));
  if ('text' in filled) return [{ ...site, value: filled }];
  return [{ ...explained, why: 'unresolved', reason: `${filled.unresolved} has no value in this file` }];
}

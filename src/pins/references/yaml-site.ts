import { locatorOf, requireUnique, type Spot } from '../spot.ts';
import type { YamlScalar } from '../tree.ts';
import type { FoundSite } from './site.ts';
import { joinTraced, sliceTraced, type Traced, traceText } from './traced.ts';

/** Fills in a text's variables, or names the first that has no value. */
export type Interpolate = (value: Traced) => Traced | { readonly unresolved: string };

/** What begins a variable in most of these formats. */
export const noVariables: Interpolate = value => {
  const found = /\$\{\{.*?\}\}|\$\[\[.*?\]\]|\$\{[^}]*\}|\$\w*/.exec(value.text);
  return found === null ? value : { unresolved: found[0] };
};

/** The reference in a scalar, behind a prefix that must be there; nothing for an absent or empty scalar. */
export function scalarSite(
  scalar: Spot<YamlScalar> | undefined,
  interpolate: Interpolate,
  prefix = '',
): readonly FoundSite[] {
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

/** A reference that is left alone for what stands around it. */
export function explainedSite(scalar: Spot<YamlScalar>, reason: string): FoundSite {
  const { start, text } = scalar.node;
  return { locator: locatorOf(scalar), start, written: text, why: 'internal', reason };
}

/** A scalar's text with the place of each character; `undefined` where escapes or folding make it read otherwise. */
export function traceScalar(scalar: Spot<YamlScalar>): Traced | undefined {
  const { start, end, text, style } = scalar.node;
  if (style === 'lines') return traceLiteral(scalar);
  const quotes = style === 'plain' ? 0 : 1;
  const traced = traceText(scalar.source.text, start + quotes, end - quotes);
  return traced.text === text ? traced : undefined;
}

/** https://yaml.org/spec/1.2.2/#812-literal-style */
function traceLiteral({ source, node: { start, end, text } }: Spot<YamlScalar>): Traced | undefined {
  const [header = '', ...rest] = source.text.slice(start, end).split('\n');
  const indent = /^ */.exec(rest.find(line => line.trim() !== '') ?? '')?.[0].length ?? 0;
  const lines: Traced[] = [];
  let at = start + header.length + 1;
  for (const line of rest) {
    const stop = at + line.replace(/\r$/, '').length;
    const feed = at + line.length;
    lines.push(traceText(source.text, Math.min(at + indent, stop), stop));
    lines.push(traceText(source.text, feed, Math.min(feed + 1, source.text.length)));
    at = feed + 1;
  }
  const traced = sliceTraced(joinTraced(lines), 0, text.length);
  return traced.text === text ? traced : undefined;
}

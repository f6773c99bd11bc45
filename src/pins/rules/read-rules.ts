import { readData } from '../data/data.ts';
import type { PinPath } from '../pin.ts';
import type { PinSite } from '../site/site.ts';
import type { YamlFile } from '../yaml/source.ts';
import { type Located, locate } from './locate.ts';
import { locatePattern } from './pattern.ts';
import { ruleSites } from './rule-sites.ts';

/**
 * The pins of a file that rules point at. The file is parsed as data only where a rule has a path. Throws as
 * `readData` does, and `INVALID` where a rule does not fit its place.
 */
export function readRules(
  file: string,
  text: string,
  rules: readonly PinPath[],
  yaml?: YamlFile | undefined,
): readonly PinSite[] {
  return ruleSites(locateRules(file, text, rules, yaml).flatMap(({ located }) => located));
}

/** The places that each rule leads to; an empty list for a rule that leads nowhere. */
export function locateRules(
  file: string,
  text: string,
  rules: readonly PinPath[],
  yaml?: YamlFile | undefined,
): readonly { readonly rule: PinPath; readonly located: readonly Located[] }[] {
  const needsData = rules.some(({ path }) => path !== undefined);
  const data = needsData ? (yaml ?? readData(file, text)) : undefined;
  return rules.map(rule => ({
    rule,
    located:
      data === undefined || rule.path === undefined ? locatePattern(file, text, rule) : locate(data, rule),
  }));
}

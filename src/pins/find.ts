import { LineCounter } from 'yaml';
import type { TextFile } from './format.ts';
import { DOCUMENT_FORMATS, fileFormat, isCiFile } from './formats.ts';
import { mergeRules } from './merge-rules.ts';
import type { Pin, PinPath } from './pin.ts';
import { ruleSites } from './rule.ts';
import { ignoreReason } from './site/ignored.ts';
import { type PinSite, type Site, scalarsOf } from './site/site.ts';
import { parseFile, type YamlFile } from './yaml/document.ts';
import { roots } from './yaml/spot.ts';
import type { YamlNode } from './yaml/tree.ts';

const CANDIDATE = /image|repository|\\/; // a backslash may escape a letter of either

/**
 * The pins of a file that a promotion may change, in the order of the text; `rules` say where pins stand that name no
 * repository. A file that a CI runs has none. Throws as `findSites` does.
 */
export function findPins(file: string, text: string, rules: readonly PinPath[] = []): readonly Pin[] {
  return isCiFile(file)
    ? []
    : findSites(file, text, rules)
        .filter(isPin)
        .map(({ pin }) => pin);
}

/**
 * Every place in a file that names an image, and for those that no edit may change the reason. Throws `INVALID` with
 * file, line and column for a text that could hold one and is not of its format, or whose pins are ambiguous;
 * `TOO_LARGE` over 5 MiB; `CONFIGURATION` for a malformed path of a rule.
 */
export function findSites(file: string, text: string, rules: readonly PinPath[] = []): readonly Site[] {
  const named = fileFormat(file);
  if (named === undefined && rules.length === 0 && !CANDIDATE.test(text)) return [];
  const yaml = named === undefined || rules.length > 0 ? parseFile({ file, text }) : undefined;
  const found = named === undefined ? documentSites(yaml) : named.sites(textFile(file, text));
  const ruled = yaml === undefined ? [] : distinct(ruleSites(yaml, rules));
  const merged = mergeRules(found.filter(isPin), ruled);
  const pins = named === undefined ? merged.toSorted((a, b) => startOf(a) - startOf(b)) : merged;
  const rows = text.split('\n');
  return [...pins, ...found.filter(site => !isPin(site))].map(site => ignoring(site, rows));
}

function documentSites(source: YamlFile | undefined): readonly Site[] {
  const found = (source === undefined ? [] : roots(source)).flatMap(
    root => DOCUMENT_FORMATS.find(format => format.is(root))?.sites(root) ?? [],
  );
  return [...distinct(found.filter(isPin)), ...found.filter(site => !isPin(site))];
}

function isPin(site: Site): site is PinSite {
  return site.kind === 'pin';
}

/** Leaves out a site all of whose scalars an earlier one has: an alias, or a second reading of the same values. */
function distinct(sites: readonly PinSite[]): readonly PinSite[] {
  const taken = new Set<YamlNode>();
  return sites.filter(site => {
    const nodes = scalarsOf(site).map(scalar => scalar.node);
    const isNew = nodes.some(node => !taken.has(node));
    for (const node of nodes) taken.add(node);
    return isNew;
  });
}

function startOf(site: PinSite): number {
  return Math.min(...scalarsOf(site).map(({ node }) => node.start));
}

function ignoring(site: Site, rows: readonly string[]): Site {
  if (site.kind === 'explained') return site;
  const { pin, parts, written } = site;
  const lines = parts.kind === 'text' ? parts.lines : [pin.line];
  const reason = lines.map(line => ignoreReason(rows, line)).find(found => found !== undefined);
  if (reason === undefined) return site;
  const { file, locator, line } = pin;
  return { kind: 'explained', file, locator, line, written, why: 'ignored', reason };
}

function textFile(file: string, text: string): TextFile {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  return { file, text, lines };
}

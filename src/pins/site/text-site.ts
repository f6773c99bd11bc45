import type { TextFile } from '../format.ts';
import type { PinFormat } from '../pin.ts';
import type { Traced } from '../text/traced.ts';
import { isUntagged, readReference, repositoryText } from './reference.ts';
import type { ExplainedSite, Site } from './site.ts';

/** A reference as a text composes it, or why it cannot be composed. */
export type Found =
  | {
      readonly locator: string;
      /** Where the reference is used. A build argument is written elsewhere. */
      readonly start: number;
      readonly value: Traced;
      readonly tagOnly?: true | undefined;
      /**
       * The tag takes the digest if there is none yet: it is a variable's default, which a value may replace.
       */
      readonly digestInTag?: true | undefined;
      readonly guessed?: true | undefined;
    }
  | {
      readonly locator: string;
      readonly start: number;
      readonly written: string;
      readonly why: ExplainedSite['why'];
      readonly reason: string;
    };

/** The sites of the references found in a text. A place counts once, even if several aliases name it. */
export function textSites(source: TextFile, format: PinFormat, found: readonly Found[]): readonly Site[] {
  return markShared(distinct(found).map(one => textSite(source, format, one)));
}

function textSite({ file, lines }: TextFile, format: PinFormat, found: Found): Site {
  const { locator, start } = found;
  const lineOf = (offset: number) => lines.linePos(offset).line;
  if (!('value' in found)) {
    const { written, why, reason } = found;
    return { kind: 'explained', file, locator, line: lineOf(start), written, why, reason };
  }
  const { value, tagOnly, digestInTag, guessed } = found;
  const line = lineOf(value.at[0] ?? start);
  const written = value.text;
  const reference = readReference(written);
  if (reference === undefined) {
    const reason = 'it is no image reference';
    return { kind: 'explained', file, locator, line, written, why: 'unreadable', reason };
  }
  const near = [...new Set([start, ...value.at].map(lineOf))];
  return {
    kind: 'pin',
    pin: { file, locator, format, line, ...reference, untagged: isUntagged(reference) },
    written,
    repositoryText: repositoryText(written, reference.tag),
    parts: { kind: 'text', traced: value, lines: near, shared: new Set(), tagOnly, digestInTag },
    guessed,
  };
}

/** Keeps one site for a value that YAML aliases use in several places. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(({ locator, start }) => {
    const key = locator.includes(':') ? String(start) : locator;
    return !seen.has(key) && seen.add(key);
  });
}

/** Marks the characters that different references share: a change for one would change the other. */
function markShared(sites: readonly Site[]): readonly Site[] {
  const readings = new Map<number, Set<string>>();
  for (const site of sites) {
    if (site.kind !== 'pin' || site.parts.kind !== 'text') continue;
    for (const offset of site.parts.traced.at) {
      readings.set(offset, (readings.get(offset) ?? new Set()).add(site.written));
    }
  }
  return sites.map(site => {
    if (site.kind !== 'pin' || site.parts.kind !== 'text') return site;
    const shared = site.parts.traced.at.filter(offset => (readings.get(offset)?.size ?? 0) > 1);
    return { ...site, parts: { ...site.parts, shared: new Set(shared) } };
  });
}

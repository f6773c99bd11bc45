import { RE2JS } from 're2js';
import { growingMap, scalarNode } from '../data/nodes.ts';
import type { PinPath } from '../pin.ts';
import { countLines } from '../text/lines.ts';
import { invalidAt, type Spot, type YamlFile } from '../yaml/source.ts';
import type { Located } from './locate.ts';

/**
 * The characters that a rule's pattern finds in a text; `^` and `$` match at the ends of lines. Throws
 * `INVALID` where it finds several places, since a rule for one place would change all of them.
 */
export function locatePattern(file: string, text: string, rule: PinPath): readonly Located[] {
  const { pattern = '' } = rule;
  const compiled = compilePattern(pattern);
  const [group = ''] = Object.keys(compiled.namedGroups());
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return [];
  const place = { start: matcher.start(group), end: matcher.end(group) };
  const spot = spotAt(file, text, pattern, place);
  if (matcher.find()) {
    const message = `the pattern of image ${rule.image} matches here and at least once more`;
    const hint = 'make it match one place, or write a rule for each';
    throw invalidAt(spot.source, place.start, message, hint);
  }
  return place.start < 0 ? [] : [{ rule, scalar: spot }];
}

function compilePattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.MULTILINE);
}

/** A place in a text without a tree. Its key is the pattern. */
function spotAt(
  file: string,
  text: string,
  pattern: string,
  place: { readonly start: number; readonly end: number },
): Located['scalar'] {
  const root = growingMap(0);
  const source: YamlFile = {
    file,
    text,
    lines: countLines(text),
    documents: [{ root, aliases: new Map(), mergedBy: new Map() }],
  };
  const from: Spot<typeof root> = { source, document: 0, node: root, way: undefined };
  const node = scalarNode(place, text.slice(place.start, place.end), 'bare');
  return { source, document: 0, node, way: { from, key: `/${pattern}/` } };
}

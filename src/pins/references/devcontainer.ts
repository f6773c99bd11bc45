import { parseFile } from '../document.ts';
import { child, roots, type Spot, scalarAt } from '../spot.ts';
import type { YamlScalar } from '../tree.ts';
import type { FoundSite } from './site.ts';
import { noVariables, scalarSite } from './yaml-site.ts';

const STRING_OR_SPACE = /"(?:\\.|[^"\\\n])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g;
/** A feature in a registry, not one beside the file, by URL or by the short name of old. */
const FEATURE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?\/[^@]+(?:@sha256:[0-9a-f]{64})?$/;

/** The image of a dev container, and its features. https://containers.dev/implementors/json_reference/ */
export function devcontainerSites(file: string, text: string): readonly FoundSite[] {
  return roots(parseFile(file, blankComments(text))).flatMap(root => [
    ...scalarSite(scalarAt(root, 'image'), noVariables),
    ...features(child(root, 'features')).flatMap(featureSite),
  ]);
}

/** Its name is what changes, so its place is told by its number. */
function featureSite(feature: Spot<YamlScalar>, index: number): readonly FoundSite[] {
  const locator = `features[${index}]`;
  return scalarSite(feature, noVariables).map(site =>
    'value' in site ? { ...site, locator, tagOnly: true } : { ...site, locator },
  );
}

/** Features are named by keys. https://containers.dev/implementors/features/#devcontainer-json-properties */
function features(all: Spot | undefined): readonly Spot<YamlScalar>[] {
  if (all?.node.kind !== 'map') return [];
  const { source, document, node } = all;
  return [...node.fields]
    .filter(([name]) => FEATURE.test(name))
    .map(([name, { key }]) => ({
      source,
      document,
      node: key,
      way: { from: { source, document, node, way: all.way }, key: name },
    }));
}

/**
 * JSON with comments as YAML of the same length: YAML reads JSON and its trailing commas, and takes neither `//` nor a
 * tab for white space.
 */
function blankComments(text: string): string {
  return text.replace(STRING_OR_SPACE, found =>
    found.startsWith('"') ? found : found.replace(/[^\r\n]/g, ' '),
  );
}

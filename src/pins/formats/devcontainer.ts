import type { FileFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { noVariables, scalarSite } from '../site/scalar-site.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { parseFile } from '../yaml/document.ts';
import type { Spot } from '../yaml/source.ts';
import { child, roots, scalarAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

const STRING_OR_SPACE = /"(?:\\.|[^"\\\n])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g;
/** A feature in a registry. A local path, a URL and the old short names do not match. */
const FEATURE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?\/[^@]+(?:@sha256:[0-9a-f]{64})?$/;

/** The image of a dev container, and its features. https://containers.dev/implementors/json_reference/ */
export const devcontainer: FileFormat = {
  name: 'devcontainer',
  is: path => /(?:^|\/)(?:\.devcontainer\/(?:[^/]+\/)?devcontainer|\.devcontainer)\.json$/.test(path),
  sites: source => {
    const found = roots(parseFile({ ...source, text: blankComments(source.text) })).flatMap(root => [
      ...scalarSite(scalarAt(root, 'image'), noVariables),
      ...features(child(root, 'features')).flatMap(featureSite),
    ]);
    return textSites(source, 'devcontainer', found);
  },
  edit: editParts,
};

/** An edit changes the feature's name, so its locator is its index. */
function featureSite(feature: Spot<YamlScalar>, index: number): readonly Found[] {
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
 * Turns JSON with comments into YAML of the same length. YAML reads JSON and its trailing commas, but accepts
 * neither `//` comments nor tabs as white space.
 */
function blankComments(text: string): string {
  return text.replace(STRING_OR_SPACE, found =>
    found.startsWith('"') ? found : found.replace(/[^\r\n]/g, ' '),
  );
}

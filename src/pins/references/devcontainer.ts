import { parseFile } from '../document.ts';
import { roots, scalarAt } from '../spot.ts';
import type { FoundSite } from './site.ts';
import { noVariables, scalarSite } from './yaml-site.ts';

const STRING_OR_SPACE = /"(?:\\.|[^"\\\n])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g;

/** The image of a dev container. https://containers.dev/implementors/json_reference/ */
export function devcontainerSites(file: string, text: string): readonly FoundSite[] {
  return roots(parseFile(file, blankComments(text))).flatMap(root =>
    scalarSite(scalarAt(root, 'image'), noVariables),
  );
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

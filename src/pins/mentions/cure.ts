import { isCiFile } from '../formats.ts';
import { namesHost } from '../site/reference.ts';
import type { Spot } from '../yaml/source.ts';
import { locatorOf } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

const IGNORE = 'write `# promote: ignore <reason>` behind it or above';

/** The place that should become a pin. */
interface Cured {
  readonly image: string;
  readonly text: string;
  /** Whether its tag or digest is under a key beside it. */
  readonly isHalf: boolean;
}

/** The advice that makes a mention a pin, or settles it. `holder` is the YAML scalar that contains it. */
export function cureOf(
  file: string,
  { image, text, isHalf }: Cured,
  holder: Spot<YamlScalar> | undefined,
): string {
  if (isCiFile(file)) return `a promotion writes no file that a CI runs: change it by hand, or ${IGNORE}`;
  if (/(?:^|\/)Chart\.lock$/.test(file)) {
    const folder = file.slice(0, file.lastIndexOf('/') + 1) || '.';
    return `run \`helm dependency update ${folder}\` once Chart.yaml has changed, and commit ${file}`;
  }
  if (holder === undefined || !isWhole(holder, text)) return `change it by hand, or ${IGNORE}`;
  const path = JSON.stringify(pathOf(holder));
  // No path leads to the whole of a file.
  if (holder.way === undefined) return `change it by hand, or ${IGNORE}`;
  const rule = (kind: string) => `{ files: ${JSON.stringify(file)}, path: ${path}, kind: ${kind} }`;
  if (isHalf) {
    // The registry is under another key, so a whole repository here would repeat it.
    if (!namesHost(text)) return `point at its tag with images.${image}.pins (kind: tag), and ${IGNORE}`;
    if (holder.way.from.node.kind !== 'map') return `change it by hand, or ${IGNORE}`;
    return `point at it with images.${image}.pins: [${rule('repository')}] and at its tag with a rule of kind: tag, or ${IGNORE}`;
  }
  return `point at it with images.${image}.pins: [${rule('reference')}], or ${IGNORE}`;
}

/** Whether a scalar is the reference, or an argument whose value it is. */
function isWhole({ source, node }: Spot<YamlScalar>, text: string): boolean {
  if (source.inside !== undefined || !node.text.endsWith(text)) return false;
  return node.text === text || node.text.endsWith(`=${text}`);
}

function pathOf(holder: Spot<YamlScalar>): string {
  return locatorOf(holder).replace(/^\d+:/, '');
}

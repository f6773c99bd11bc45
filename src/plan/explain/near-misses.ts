import { isMap, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import { commonName } from './common-name.ts';

/** A place that looks as if it chose an image, and names no repository. */
export interface NearMiss {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** `payments.yaml:3 has a tag without a repository` */
  readonly text: string;
  /** The rule that makes it a pin. */
  readonly cure: string;
}

/** A person does not write larger files. */
const LARGEST = 1_000_000;
const TAG = /^(?:.*[._-])?(?:image)?tag$|Tag$/i;
const NAMED = /^(?:repository|image|name|registry|newName)$/;

/** Keys of a YAML file that hold a tag, in a map that names no repository; none in what is not YAML. */
export function nearMisses(file: string, text: string, images: readonly string[]): readonly NearMiss[] {
  if (!/\.ya?ml$/.test(file) || text.length > LARGEST || !/tag/i.test(text)) return [];
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(document => {
    if (document.errors.length > 0) return [];
    const found: NearMiss[] = [];
    visit(document, {
      Pair(_, pair, ancestors) {
        const holder = ancestors.at(-1);
        if (!isScalar(pair.key) || !isScalar(pair.value) || !isMap(holder)) return;
        if (!TAG.test(String(pair.key.value)) || pair.value.value === null) return;
        if (holder.items.some(({ key }) => isScalar(key) && NAMED.test(String(key.value)))) return;
        const path = pathOf([...ancestors, pair]);
        if (path === undefined) return;
        const { line } = lines.linePos(pair.key.range?.[0] ?? 0);
        const image = commonName(`${file} ${path}`, images);
        const rule = `{ files: ${JSON.stringify(file)}, path: ${JSON.stringify(path)}, kind: tag }`;
        found.push({
          file,
          line,
          text: `${file}:${line} has a tag without a repository`,
          cure: `images.${image}.pins: [${rule}]`,
        });
      },
    });
    return found;
  });
}

/** The keys down to the last pair; `undefined` where a list is on the way, whose items have no name. */
function pathOf(nodes: readonly unknown[]): string | undefined {
  const keys: string[] = [];
  for (const [index, node] of nodes.entries()) {
    if (typeof node !== 'object' || node === null) continue;
    if ('items' in node && !isMap(node)) return undefined;
    if (isMap(node) || !('key' in node)) continue;
    const key = isScalar(node.key) ? String(node.key.value) : undefined;
    if (key === undefined) return undefined;
    keys.push(/^[\w-]+$/.test(key) ? key : JSON.stringify(key));
    if (index === nodes.length - 1) return keys.join('.');
  }
  return undefined;
}

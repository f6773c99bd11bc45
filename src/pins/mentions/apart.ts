import type { RepositoryName } from '../../oci/reference.ts';
import { namesHost, readReference } from '../site/reference.ts';
import { fileOffset, type Spot } from '../yaml/source.ts';
import { child, items, keysOf, mappings, scalarAt, textAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { bareNames } from './bare-names.ts';
import type { FoundMention } from './mention.ts';

/** A scalar and the key that says what it is. */
interface Entry {
  readonly key: string;
  readonly scalar: Spot<YamlScalar>;
}

const REGISTRY = /registry|hub$|repo|host$|server$/i;
const IMAGE = /image|repo|name$/i;
/** A range of versions counts as a tag does: it says what runs. */
const VERSION = /tag|version|digest|sha|semver|^(?:target)?revision$/i;
/** A version of three numbers under a key of any name, such as `ver` or `release`. */
const SEMANTIC = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;
/** `--image-tag=1.4.2` beside `--image-repository=…`. */
const VERSION_ARGUMENT = /^--?[\w.-]*(?:tag|version|digest|sha(?:256)?)[= ]\s*\S/i;

/**
 * Known repositories that a document writes in parts. The registry is under one key and the name under
 * another, or the name is under a global registry. Or an image's key has only the path of a known repository.
 * `beside`: registries that other files give to all images.
 */
export function apartIn(
  all: readonly Spot[],
  known: ReadonlyMap<RepositoryName, string>,
  beside: readonly string[] = [],
): readonly FoundMention[] {
  const groups = all.flatMap(groupsIn);
  const globals = groups
    .flatMap(entries => entries.filter(isGlobalRegistry))
    .map(({ scalar }) => scalar.node.text);
  const names = bareNames(known);
  return groups.flatMap(entries =>
    entries.flatMap(entry => {
      const found = nameIn(entry);
      if (found === undefined) return [];
      const registries = entries.filter(({ key }) => REGISTRY.test(key) && key !== entry.key);
      const shared = IMAGE.test(entry.key) ? [...globals, ...beside] : [];
      const prefixes = [...registries.map(({ scalar }) => scalar.node.text), ...shared];
      const repository =
        prefixes
          .map(prefix => repositoryOf(`${prefix}/${found.name}`))
          .find(name => name && known.has(name)) ??
        (isImageKey(entry.key) ? names.get(found.name) : undefined);
      if (repository === undefined) return [];
      const carries = found.carries || entries.some(carriesVersion);
      const { source, node } = entry.scalar;
      const quotes = node.style === 'single' || node.style === 'double' ? 1 : 0;
      const start = fileOffset(source, node.start + quotes);
      return [{ start, repository, text: node.text, carries }];
    }),
  );
}

/** Whether a key beside a scalar carries a tag or a digest for it. */
export function carriesBeside(holder: Spot<YamlScalar> | undefined): boolean {
  const from = holder?.way?.from;
  if (from === undefined) return false;
  if (items(from).some(({ node }) => node.kind === 'scalar' && VERSION_ARGUMENT.test(node.text))) return true;
  const list = from.way?.from;
  // An OCIRepository of Flux has its tag, digest or range below `ref`.
  if (entriesOf(child(from, 'ref')).some(entries => entries.some(carriesVersion))) return true;
  const groups = [...entriesOf(from), ...(list === undefined ? [] : namedValues(list))];
  return groups.some(
    entries => entries.some(({ scalar }) => scalar.node === holder?.node) && entries.some(carriesVersion),
  );
}

/** The scalars of each mapping, and the named values of each list: `{ name: image.tag, value: 1.4.2 }`. */
function groupsIn(root: Spot): readonly (readonly Entry[])[] {
  return mappings(root).flatMap(mapping => [
    ...entriesOf(mapping),
    ...keysOf(mapping).flatMap(key => namedValues(child(mapping, key))),
  ]);
}

function entriesOf(mapping: Spot | undefined): readonly (readonly Entry[])[] {
  const entries = keysOf(mapping).flatMap((key): readonly Entry[] => {
    const scalar = scalarAt(mapping, key);
    return scalar === undefined ? [] : [{ key, scalar }];
  });
  return [entries];
}

function carriesVersion({ key, scalar }: Entry): boolean {
  return (VERSION.test(key) && scalar.node.text !== '') || SEMANTIC.test(scalar.node.text);
}

function namedValues(list: Spot | undefined): readonly (readonly Entry[])[] {
  const entries = items(list).flatMap(item => {
    const scalar = scalarAt(item, 'value');
    return scalar === undefined ? [] : [{ key: textAt(item, 'name'), scalar }];
  });
  const groups = Map.groupBy(entries, ({ key }) => key.slice(0, key.lastIndexOf('.') + 1));
  return [...groups.values()].map(group =>
    group.map(({ key, scalar }) => ({ key: key.slice(key.lastIndexOf('.') + 1), scalar })),
  );
}

/** `global.imageRegistry` and its like, which a chart puts before every image that names no registry. */
function isGlobalRegistry({ key, scalar }: Entry): boolean {
  if (!/registry|hub$/i.test(key) || scalar.node.text === '') return false;
  const from = scalar.way?.from;
  return from?.way === undefined || /^globals?$/i.test(String(from.way.key)) || isUnderGlobal(from);
}

function isUnderGlobal({ way }: Spot): boolean {
  return way !== undefined && (/^globals?$/i.test(String(way.key)) || isUnderGlobal(way.from));
}

/** A name without a host, and whether it carries a tag or a digest. */
function nameIn({ scalar }: Entry): { readonly name: string; readonly carries: boolean } | undefined {
  const { text } = scalar.node;
  if (namesHost(text)) return undefined;
  const found = readReference(text);
  if (found === undefined) return undefined;
  const carries = found.tag !== undefined || found.digest !== undefined;
  return { name: text.replace(/[:@].*$/, ''), carries };
}

function isImageKey(key: string): boolean {
  return /image|^repo/i.test(key);
}

function repositoryOf(text: string): RepositoryName | undefined {
  const named = text.replace(/^oci:\/\//, '').replace(/\/+(?=\/)/g, '');
  const found = namesHost(named) ? readReference(named) : undefined;
  return found?.tag === undefined && found?.digest === undefined ? found?.repository : undefined;
}

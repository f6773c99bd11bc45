import type { RepositoryName } from '../../oci/reference.ts';
import { entriesOf, isImageKey, keyGroups } from '../shapes/roles.ts';
import { namesHost, readRepository } from '../site/reference.ts';
import { readTagAndDigest } from '../site/tag-and-digest.ts';
import type { Spot } from '../yaml/source.ts';
import { child, isUnique, mappings, textAt } from '../yaml/spot.ts';
import type { YamlMap, YamlScalar } from '../yaml/tree.ts';
import type { Files, Implied, ImpliedRule } from './implied.ts';
import { folderOf, pathOf, rootsOf, textStart } from './place.ts';

const GLOBAL = /\b(?:imageRegistry|registry|hub)\b["']?[ \t]*:/;
const YAML = /\.(?:ya?ml|json)$/i;

/**
 * The images in values whose registry is set in another file of the same chart or folder. They are pins where
 * that registry is the environment's own; otherwise they are searched for as mentions.
 */
export function globalRegistries({
  texts,
  known,
  isTarget,
}: Files): Pick<Implied, 'rules' | 'registries' | 'settled'> {
  const charts = [...texts.keys()].filter(file => /(?:^|\/)Chart\.ya?ml$/.test(file)).map(folderOf);
  const scopeOf = (file: string) =>
    charts.filter(chart => file.startsWith(chart)).sort((a, b) => b.length - a.length)[0] ?? folderOf(file);
  const mayHold = ([file, text]: readonly [string, string]) => YAML.test(file) && known.mayNameOne(text);
  const giving = [...texts].filter(entry => GLOBAL.test(entry[1]) && mayHold(entry));
  const given = giving.flatMap(([file, text]) => {
    const registries = rootsOf(file, text).flatMap(registriesOf);
    return registries.map(registry => ({ file, scope: scopeOf(file), registry }));
  });
  const registries = new Map<string, readonly string[]>();
  const rules: ImpliedRule[] = [];
  const settled = new Map<string, Set<number>>();
  if (given.length === 0) return { rules, registries, settled };
  for (const [file, text] of [...texts].filter(mayHold)) {
    const all = given.filter(({ scope }) => scope === scopeOf(file));
    const others = [...new Set(all.map(({ registry }) => registry))];
    if (all.length === 0 || all.some(entry => entry.file === file)) continue;
    registries.set(file, others);
    for (const named of rootsOf(file, text).flatMap(root => mappings(root).flatMap(relativeIn))) {
      const found = others.map(registry => readRepository(`${registry}/${named.name}`));
      const [repository] = found;
      const isOurs = (name: RepositoryName | undefined) =>
        name !== undefined && known.images.has(name) && isTarget(file, name);
      if (repository === undefined || new Set(found).size > 1 || !isOurs(repository)) continue;
      const image = known.images.get(repository) ?? '';
      const { document } = named.tag;
      settled.set(file, (settled.get(file) ?? new Set()).add(textStart(named.repository)));
      rules.push({ file, image, path: pathOf(named.tag), document, kind: 'tag' });
      if (named.digest) rules.push({ file, image, path: pathOf(named.digest), document, kind: 'digest' });
    }
  }
  return { rules, registries, settled };
}

/** A repository without a host, and the tag beside it. */
interface Relative {
  readonly name: string;
  readonly repository: Spot<YamlScalar>;
  readonly tag: Spot<YamlScalar>;
  readonly digest: Spot<YamlScalar> | undefined;
}

function relativeIn(mapping: Spot<YamlMap>): readonly Relative[] {
  const inImage = isImageKey(mapping.way?.key);
  return keyGroups(entriesOf(mapping)).flatMap(group => {
    const named = group.of('repository') ?? group.of('image') ?? (inImage ? group.of('name') : undefined);
    const tag = group.of('tag') ?? (inImage || group.saysImage ? group.of('version') : undefined);
    const digest = group.of('digest');
    const name = named?.node.text ?? '';
    const isSettled = group.others.some(({ node }) => node.text !== '');
    if (
      named === undefined ||
      tag === undefined ||
      name === '' ||
      namesHost(name) ||
      isSettled ||
      !isUnique(tag)
    )
      return [];
    return readTagAndDigest({ tag, digest }) === undefined ? [] : [{ name, repository: named, tag, digest }];
  });
}

function registriesOf(root: Spot): readonly string[] {
  const all = child(root, 'global');
  const texts = [
    textAt(root, 'imageRegistry'),
    ...[all, child(all, 'image')].flatMap(place =>
      ['imageRegistry', 'registry', 'hub'].map(key => textAt(place, key)),
    ),
  ];
  return texts.filter(text => text !== '').map(text => text.replace(/\/+$/, ''));
}

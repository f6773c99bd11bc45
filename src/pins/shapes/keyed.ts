import type { Digest } from '../../oci/digest.ts';
import { formatReference, type RepositoryName } from '../../oci/reference.ts';
import type { Around } from '../around.ts';
import type { PinFormat } from '../pin.ts';
import { namesHost, readDigestedRepository } from '../site/reference.ts';
import { type PinSite, pinAt, type TagAndDigest } from '../site/site.ts';
import { readTagAndDigest } from '../site/tag-and-digest.ts';
import type { Spot } from '../yaml/source.ts';
import { isUnique, requireUnique } from '../yaml/spot.ts';
import type { YamlMap, YamlScalar } from '../yaml/tree.ts';
import { type GlobalImage, globalImage } from './global-image.ts';
import { entriesOf, isImageKey, type KeyGroup, keyGroups } from './roles.ts';

/** The place of keys that belong together. */
export interface KeyedPlace {
  /** The mapping that contains them; absent where a list does. */
  readonly at?: Spot | undefined;
  /** Whether the key of the mapping or list says that it is an image. */
  readonly inImage: boolean;
  readonly above?: GlobalImage | undefined;
}

/** A repository as a mapping writes it. */
interface Named {
  readonly text: string;
  readonly name: RepositoryName;
  /** The digest that is written on the repository itself. */
  readonly digest?: Digest | undefined;
  readonly registry?: Spot<YamlScalar> | undefined;
  readonly repository: Spot<YamlScalar>;
  /** The tag for every image, beside the registry for every image. */
  readonly tag?: Spot<YamlScalar> | undefined;
  /** Whether only a known repository shows that this is an image. */
  readonly isGuess: boolean;
}

/**
 * The pins whose parts have keys of their own in a mapping: registry, repository, tag and digest, as charts
 * name them. `image` and a name of their own may precede them in a key.
 */
export function keyedSites(mapping: Spot<YamlMap>, format: PinFormat, around: Around): readonly PinSite[] {
  const place = { at: mapping, inImage: isImageKey(mapping.way?.key), above: globalImage(mapping) };
  return keyGroups(entriesOf(mapping)).flatMap(group => keyedSite(place, group, format, around) ?? []);
}

/** The pin of keys that belong together; undefined where they are not a pin. */
export function keyedSite(
  place: KeyedPlace,
  group: KeyGroup,
  format: PinFormat,
  around: Around,
): PinSite | undefined {
  const { at, inImage } = place;
  const named = nameOf(place, group, around);
  const version =
    group.of('repository') !== undefined || inImage || group.saysImage ? group.of('version') : undefined;
  const parts: TagAndDigest = {
    tag: group.of('tag') ?? version ?? named?.tag,
    digest: group.of('digest'),
  };
  const first = parts.tag ?? parts.digest;
  const read = readTagAndDigest(parts, named?.digest);
  if (named === undefined || first === undefined || read === undefined) return undefined;
  const { registry, repository } = named;
  for (const scalar of [registry, repository]) if (scalar) requireUnique(scalar);
  const reference = { repository: named.name, ...read };
  const isUsual = group.prefix === '' || group.saysImage;
  const isVersion = version !== undefined && parts.tag === version;
  return {
    kind: 'pin',
    pin: pinAt(group.prefix === '' && at !== undefined ? at : first, first, { format, ...reference }),
    written: formatReference(reference),
    repositoryText: named.text,
    parts: { kind: 'keys', registry, repository, ...parts },
    guessed: named.isGuess || !isUsual || isVersion ? true : undefined,
    refusal: refusalOf(group, parts),
  };
}

/** The pins of keys that are not a chart's values. Only known repositories show that these are images. */
export function guessedKeyedSites(
  mapping: Spot<YamlMap>,
  format: PinFormat,
  around: Around,
): readonly PinSite[] {
  return isUnique(mapping) && hasUniqueKeys(mapping)
    ? keyedSites(mapping, format, around).map(site => ({ ...site, guessed: true }))
    : [];
}

/** The repository that a chart may compose. The first known one counts, else the usual composition. */
function nameOf({ inImage, above }: KeyedPlace, group: KeyGroup, { known }: Around): Named | undefined {
  const registry = group.of('registry');
  const repository = group.of('repository');
  const image = group.of('image');
  const name = inImage || group.saysImage ? group.of('name') : undefined;
  const own = repository ?? image ?? name ?? (inImage ? registry : undefined);
  if (own === undefined) return undefined;
  const isGuess = own === name || own === registry;
  const ways = [
    above && named(own, above.registry, { tag: above.tag, isGuess: true }),
    repository && image && image !== own ? named(image, repository, { isGuess: true }) : undefined,
    named(own, own === registry ? undefined : registry, { isGuess }),
  ].filter(way => way !== undefined);
  return ways.find(way => known?.images.has(way.name)) ?? ways.at(known === undefined ? -1 : 0);
}

function named(
  repository: Spot<YamlScalar>,
  registry: Spot<YamlScalar> | undefined,
  rest: Pick<Named, 'tag' | 'isGuess'>,
): Named | undefined {
  const prefix = registry?.node.text ? `${registry.node.text}/` : '';
  const found = readDigestedRepository(`${prefix}${repository.node.text}`);
  if (found === undefined || (rest.isGuess && !namesHost(found.text))) return undefined;
  return { ...found, registry, repository, ...rest };
}

/** Another key with a tag or a digest that is not understood would keep its old value. */
function refusalOf({ others }: KeyGroup, { tag, digest }: TagAndDigest): PinSite['refusal'] {
  const other = others.find(({ node }) => node.text !== '');
  const at = tag ?? digest;
  if (other === undefined || at === undefined) return undefined;
  const key = String(other.way?.key);
  return {
    at: other,
    message: `${key} carries a tag or a digest too, and would keep the old one`,
    hint: `settle it with \`# promote: ignore <reason>\` behind ${key}, or name each place with \`pins\``,
  };
}

function hasUniqueKeys({ node }: Spot<YamlMap>): boolean {
  return [...node.fields.values()].every(({ repeatedAt }) => repeatedAt === undefined);
}

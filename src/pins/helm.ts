import { pathOf, type RepositoryName, registryOf } from '../oci/reference.ts';
import type { PinTarget } from './pin.ts';
import { readRepository, referenceSite } from './reference.ts';
import { writeScalar } from './scalar.ts';
import { pinAt, type Site, type ValuesSite } from './site.ts';
import type { Splice } from './splice.ts';
import { mappings, requireUnique, type Spot, scalarAt } from './spot.ts';
import { editTagAndDigest, readTagAndDigest } from './tag-and-digest.ts';
import type { YamlMap } from './tree.ts';

const HOST = /^(?:localhost|[^/]*[.:][^/]*)\//;

/**
 * The pins of Helm values: every mapping of `repository` with `tag` or `digest`, perhaps with `registry`, and every
 * `image` that holds a whole reference.
 */
export function valuesSites(values: Spot | undefined): readonly Site[] {
  return mappings(values).flatMap(mapping => [valuesSite(mapping) ?? [], imageSite(mapping) ?? []].flat());
}

/** The splices that make a mapping of Helm values hold the target. */
export function editValues(site: ValuesSite, target: PinTarget): readonly Splice[] {
  return [...editRepository(site, target.repository), ...editTagAndDigest(site, target)];
}

/** Whether a repository's text names its registry, rather than leaving it to a default. */
export function namesHost(text: string): boolean {
  return HOST.test(text);
}

function valuesSite(mapping: Spot<YamlMap>): Site | undefined {
  const tag = scalarAt(mapping, 'tag');
  const digest = scalarAt(mapping, 'digest');
  const repository = scalarAt(mapping, 'repository') ?? scalarAt(mapping, 'image');
  const first = tag ?? digest;
  if (repository === undefined || first === undefined) return undefined;
  const registry = scalarAt(mapping, 'registry');
  const prefix = registry?.node.text ? `${registry.node.text}/` : '';
  const repositoryText = `${prefix}${repository.node.text}`;
  const name = readRepository(repositoryText);
  const read = readTagAndDigest({ tag, digest });
  if (name === undefined || read === undefined) return undefined;
  for (const scalar of [registry, repository]) if (scalar) requireUnique(scalar);
  const pin = pinAt(mapping, first, { format: 'helm', repository: name, ...read });
  return { kind: 'values', pin, repositoryText, registry, repository, tag, digest };
}

function imageSite(mapping: Spot<YamlMap>): Site | undefined {
  const site = referenceSite(scalarAt(mapping, 'image'), 'helm');
  if (site === undefined) return undefined;
  const { tag, digest } = site.pin;
  return tag !== undefined || digest !== undefined || namesHost(site.repositoryText) ? site : undefined;
}

function editRepository(
  { pin, registry, repository }: ValuesSite,
  wanted: RepositoryName,
): readonly Splice[] {
  if (pin.repository === wanted) return [];
  if (!registry?.node.text) return writeScalar(repository, wanted);
  const path = repository.node.text;
  const isPrefixed = registry.node.text.includes('/') && wanted.endsWith(`/${path}`);
  return isPrefixed
    ? writeScalar(registry, wanted.slice(0, -path.length - 1))
    : [...writeScalar(registry, registryOf(wanted)), ...writeScalar(repository, pathOf(wanted))];
}

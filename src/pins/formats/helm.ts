import { formatReference } from '../../oci/reference.ts';
import type { DocumentFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { readRepository, referenceSite } from '../site/reference.ts';
import { type PinSite, pinAt } from '../site/site.ts';
import { readTagAndDigest } from '../site/tag-and-digest.ts';
import type { Spot } from '../yaml/source.ts';
import { mappings, requireUnique, scalarAt } from '../yaml/spot.ts';
import type { YamlMap } from '../yaml/tree.ts';

/** Helm values, and every other YAML that no other format claims. */
export const helm: DocumentFormat = { name: 'helm', is: () => true, sites: valuesSites, edit: editParts };

const HOST = /^(?:localhost|[^/]*[.:][^/]*)\//;

/**
 * The pins of Helm values: every mapping of `repository` with `tag` or `digest`, perhaps with `registry`, and every
 * `image` that holds a whole reference.
 */
export function valuesSites(values: Spot | undefined): readonly PinSite[] {
  return mappings(values).flatMap(mapping => [valuesSite(mapping) ?? [], imageSite(mapping) ?? []].flat());
}

/** Whether a repository's text names its registry, rather than leaving it to a default. */
export function namesHost(text: string): boolean {
  return HOST.test(text);
}

function valuesSite(mapping: Spot<YamlMap>): PinSite | undefined {
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
  const named = { repository: name, ...read };
  return {
    kind: 'pin',
    pin: pinAt(mapping, first, { format: 'helm', ...named }),
    written: formatReference(named),
    repositoryText,
    parts: { kind: 'keys', registry, repository, tag, digest },
  };
}

function imageSite(mapping: Spot<YamlMap>): PinSite | undefined {
  const site = referenceSite(scalarAt(mapping, 'image'), 'helm');
  if (site === undefined) return undefined;
  const { tag, digest } = site.pin;
  return tag !== undefined || digest !== undefined || namesHost(site.repositoryText) ? site : undefined;
}

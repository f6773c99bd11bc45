import type { DocumentFormat } from '../format.ts';
import { chartSite } from '../shapes/chart.ts';
import { editParts } from '../site/edit-parts.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { child, roots, scalarAt, textAt } from '../yaml/spot.ts';
import { kubernetes } from './kubernetes.ts';

/**
 * Flux's sources and releases of charts in OCI registries, and the images in any Kubernetes object. A release
 * counts if its HelmRepository is in the file. https://fluxcd.io/flux/components/source/ocirepositories/
 */
export const flux: DocumentFormat = {
  name: 'flux',
  is: root => /^(?:OCIRepository|HelmRelease)$/.test(textAt(root, 'kind')) && isFlux(root),
  sites: (root, around) => [...artifactSites(root), ...kubernetes.sites(root, around)],
  edit: editParts,
};

function isFlux(root: Spot): boolean {
  return /^(?:source|helm)\.toolkit\.fluxcd\.io\//.test(textAt(root, 'apiVersion'));
}

function artifactSites(root: Spot): readonly PinSite[] {
  const spec = child(root, 'spec');
  const ref = child(spec, 'ref');
  const isArtifact = textAt(root, 'kind') === 'OCIRepository';
  // A range is stronger than the tag, and a digest is stronger than both.
  if (isArtifact && textAt(ref, 'semver') !== '' && textAt(ref, 'digest') === '') return [];
  const site = isArtifact
    ? chartSite('flux', {
        registry: scalarAt(spec, 'url'),
        version: scalarAt(ref, 'tag'),
        digest: scalarAt(ref, 'digest'),
      })
    : releaseSite(child(child(spec, 'chart'), 'spec'));
  return site === undefined ? [] : [site];
}

function releaseSite(chart: Spot | undefined): PinSite | undefined {
  const name = textAt(child(chart, 'sourceRef'), 'name');
  const repository =
    chart &&
    roots(chart.source).find(
      root => textAt(root, 'kind') === 'HelmRepository' && textAt(child(root, 'metadata'), 'name') === name,
    );
  const registry = scalarAt(child(repository, 'spec'), 'url');
  if (!registry?.node.text.startsWith('oci://')) return undefined;
  return chartSite('flux', {
    registry,
    chart: scalarAt(chart, 'chart'),
    version: scalarAt(chart, 'version'),
  });
}

import type { DocumentFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { referenceSite } from '../site/reference.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, mappings, scalarAt, textAt } from '../yaml/spot.ts';
import { valuesSites } from './helm.ts';
import { entrySites } from './kustomize.ts';

/**
 * Kubernetes objects and lists, custom resources included: containers and image volumes wherever a pod is described,
 * and the Helm values and kustomize images that Flux and Argo CD keep in their objects.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const kubernetes: DocumentFormat = {
  name: 'kubernetes',
  is: root => textAt(root, 'apiVersion') !== '' && textAt(root, 'kind') !== '',
  sites: root => {
    const isList = textAt(root, 'kind').endsWith('List');
    const objects = isList ? [root, ...items(child(root, 'items'))] : [root];
    return [...podSites(root), ...objects.flatMap(embeddedSites)];
  },
  edit: editParts,
};

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

function podSites(root: Spot): readonly PinSite[] {
  const scalars = mappings(root).flatMap(mapping => [
    ...CONTAINERS.flatMap(key => items(child(mapping, key)).map(container => scalarAt(container, 'image'))),
    ...items(child(mapping, 'volumes')).map(volume => scalarAt(child(volume, 'image'), 'reference')),
  ]);
  return scalars.flatMap(scalar => referenceSite(scalar, 'kubernetes') ?? []);
}

function embeddedSites(object: Spot): readonly PinSite[] {
  const spec = child(object, 'spec');
  const isFlux = textAt(object, 'apiVersion').startsWith('kustomize.toolkit.fluxcd.io/');
  return [
    ...valuesSites(child(spec, 'values')),
    ...mappings(spec).flatMap(mapping => valuesSites(child(mapping, 'valuesObject'))),
    ...(isFlux ? entrySites(child(spec, 'images')) : []),
  ];
}

import { valuesSites } from './helm.ts';
import { entrySites } from './kustomize.ts';
import { referenceSite } from './reference.ts';
import type { Site } from './site.ts';
import { child, items, mappings, type Spot, scalarAt, textAt } from './spot.ts';

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Whether a document's root is a Kubernetes object, of a built-in or a custom kind. */
export function isObject(root: Spot): boolean {
  return textAt(root, 'apiVersion') !== '' && textAt(root, 'kind') !== '';
}

/**
 * The pins of a Kubernetes object or list, custom resources included: containers and image volumes wherever a pod
 * is described, and the Helm values and kustomize images that Flux and Argo CD keep in their objects.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function objectSites(root: Spot): readonly Site[] {
  const objects = textAt(root, 'kind').endsWith('List') ? [root, ...items(child(root, 'items'))] : [root];
  return [...podSites(root), ...objects.flatMap(embeddedSites)];
}

function podSites(root: Spot): readonly Site[] {
  const scalars = mappings(root).flatMap(mapping => [
    ...CONTAINERS.flatMap(key => items(child(mapping, key)).map(container => scalarAt(container, 'image'))),
    ...items(child(mapping, 'volumes')).map(volume => scalarAt(child(volume, 'image'), 'reference')),
  ]);
  return scalars.flatMap(scalar => referenceSite(scalar, 'kubernetes') ?? []);
}

function embeddedSites(object: Spot): readonly Site[] {
  const spec = child(object, 'spec');
  const isFlux = textAt(object, 'apiVersion').startsWith('kustomize.toolkit.fluxcd.io/');
  return [
    ...valuesSites(child(spec, 'values')),
    ...mappings(spec).flatMap(mapping => valuesSites(child(mapping, 'valuesObject'))),
    ...(isFlux ? entrySites(child(spec, 'images')) : []),
  ];
}

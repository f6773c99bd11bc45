import type { Around } from '../around.ts';
import type { DocumentFormat } from '../format.ts';
import { imageKeySite } from '../shapes/image-key.ts';
import { guessedKeyedSites } from '../shapes/keyed.ts';
import { isMetadata, valueSites } from '../shapes/values.ts';
import { editParts } from '../site/edit-parts.ts';
import { referenceSite } from '../site/reference.ts';
import type { PinSite } from '../site/site.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, keysOf, mappings, scalarAt, textAt } from '../yaml/spot.ts';
import { valuesSites } from './helm.ts';
import { entrySites } from './kustomize.ts';

/**
 * Kubernetes objects and lists, custom resources included. It finds containers and image volumes wherever a pod is
 * described, every `image` of a custom resource, and values that are whole references. An object's metadata and
 * status contain none. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const kubernetes: DocumentFormat = {
  name: 'kubernetes',
  is: root => textAt(root, 'apiVersion') !== '' && textAt(root, 'kind') !== '',
  sites: (root, around) => {
    const listed = textAt(root, 'kind').endsWith('List') ? items(child(root, 'items')) : [];
    return (listed.length === 0 ? [root] : listed).flatMap(object => objectSites(object, around));
  },
  edit: editParts,
};

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
const NO_SETTINGS = ['apiVersion', 'kind', 'metadata', 'status'];

function objectSites(object: Spot, around: Around): readonly PinSite[] {
  const parts = keysOf(object).filter(key => !NO_SETTINGS.includes(key));
  const settings = parts.flatMap(key => child(object, key) ?? []);
  const within = settings.flatMap(mappings).filter(mapping => !isMetadata(mapping));
  return [
    ...podSites(object),
    ...embeddedSites(object, around),
    ...within
      .filter(mapping => !isData(mapping))
      .flatMap(mapping => imageKeySite(mapping, 'kubernetes') ?? [])
      .filter(isPinned),
    ...within.flatMap(mapping => guessedKeyedSites(mapping, 'kubernetes', around)),
    ...settings.flatMap(setting => valueSites(setting, 'kubernetes')),
  ];
}

function podSites(root: Spot): readonly PinSite[] {
  const scalars = mappings(root).flatMap(mapping => [
    ...CONTAINERS.flatMap(key => items(child(mapping, key)).map(container => scalarAt(container, 'image'))),
    ...items(child(mapping, 'volumes')).map(volume => scalarAt(child(volume, 'image'), 'reference')),
  ]);
  return scalars.flatMap(scalar => referenceSite(scalar, 'kubernetes') ?? []);
}

/** The Helm values and kustomize images that Flux and Argo CD keep in their objects. */
function embeddedSites(object: Spot, around: Around): readonly PinSite[] {
  const spec = child(object, 'spec');
  return [
    ...valuesSites(child(spec, 'values'), around),
    ...mappings(spec).flatMap(mapping => valuesSites(child(mapping, 'valuesObject'), around)),
    ...(isFlux(object) ? fluxImages(spec) : []),
  ];
}

function isFlux(object: Spot): boolean {
  return /^(?:kustomize|helm)\.toolkit\.fluxcd\.io\//.test(textAt(object, 'apiVersion'));
}

function fluxImages(spec: Spot | undefined): readonly PinSite[] {
  const rendered = items(child(spec, 'postRenderers')).map(renderer => child(renderer, 'kustomize'));
  return [spec, ...rendered].flatMap(kustomization => entrySites(child(kustomization, 'images')));
}

/** A custom resource may need a bare repository, for example to scan it for tags. */
function isPinned({ pin }: PinSite): boolean {
  return pin.tag !== undefined || pin.digest !== undefined;
}

/** Whether a mapping is the data of a ConfigMap or a Secret. */
function isData({ way }: Spot): boolean {
  return /[dD]ata$/.test(String(way?.key)) && way?.from.way === undefined;
}

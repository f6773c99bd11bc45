import type { Around } from '../around.ts';
import type { DocumentFormat } from '../format.ts';
import type { PinTarget } from '../pin.ts';
import { chartSite } from '../shapes/chart.ts';
import { namedValueSites } from '../shapes/named-values.ts';
import { editParts } from '../site/edit-parts.ts';
import { referenceSite } from '../site/reference.ts';
import type { PinSite } from '../site/site.ts';
import type { Splice } from '../text/splice.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { ownFile, type Spot } from '../yaml/source.ts';
import { child, items, mappings, scalarAt, textAt } from '../yaml/spot.ts';
import type { YamlMap } from '../yaml/tree.ts';
import { kubernetes } from './kubernetes.ts';

/**
 * Argo CD's Applications, ApplicationSets and `.argocd-source` files. It finds Helm parameters, kustomize
 * images, charts from OCI registries, and the images that any Kubernetes object may contain.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 */
export const argoCd: DocumentFormat = {
  name: 'argo-cd',
  is: root =>
    /(?:^|\/)\.argocd-source[^/]*\.ya?ml$/.test(ownFile(root)) ||
    (textAt(root, 'apiVersion').startsWith('argoproj.io/') &&
      /^Application(?:Set)?$/.test(textAt(root, 'kind'))),
  sites: (root, around) => [
    ...mappings(root).flatMap(mapping => sourceSites(mapping, around)),
    ...kubernetes.sites(root, around),
  ],
  edit: editSource,
};

function sourceSites(source: Spot<YamlMap>, around: Around): readonly PinSite[] {
  const chart = scalarAt(source, 'chart');
  return [
    ...namedValueSites(child(child(source, 'helm'), 'parameters'), 'argo-cd', around),
    ...items(child(child(source, 'kustomize'), 'images')).flatMap(image => kustomizeImage(image) ?? []),
    ...[
      chartSite('argo-cd', {
        registry: scalarAt(source, 'repoURL'),
        chart,
        version: scalarAt(source, 'targetRevision'),
      }) ?? [],
    ].flat(),
  ];
}

/** `name:tag`, or `name=newname:tag`. */
function kustomizeImage(image: Spot): PinSite | undefined {
  const { node } = image;
  if (node.kind !== 'scalar') return undefined;
  return referenceSite({ ...image, node }, 'argo-cd', { before: /^[^=]*=/.exec(node.text)?.[0] ?? '' });
}

/** The name of a kustomize image selects what is replaced, so another repository is written after it. */
function editSource(site: PinSite, target: PinTarget): readonly Splice[] {
  const { pin, parts, repositoryText } = site;
  const splices = editParts(site, target);
  if (parts.kind !== 'whole' || parts.before !== '' || pin.repository === target.repository) return splices;
  const tag = pin.untagged || target.tag === undefined ? '' : `:${target.tag}`;
  const digest = target.digest === undefined ? '' : `@${target.digest}`;
  return writeScalar(parts.reference, `${repositoryText}=${target.repository}${tag}${digest}`);
}

import type { DocumentFormat } from '../format.ts';
import { chartSite } from '../shapes/chart.ts';
import { editParts } from '../site/edit-parts.ts';
import { ownFile } from '../yaml/source.ts';
import { child, items, scalarAt } from '../yaml/spot.ts';

/** The dependencies of a chart that are in OCI registries. https://helm.sh/docs/topics/charts/#chart-dependencies */
export const helmChart: DocumentFormat = {
  name: 'helm-chart',
  is: root => /(?:^|\/)Chart\.ya?ml$/.test(ownFile(root)),
  sites: root =>
    items(child(root, 'dependencies')).flatMap(dependency => {
      const registry = scalarAt(dependency, 'repository');
      if (!registry?.node.text.startsWith('oci://')) return [];
      const chart = scalarAt(dependency, 'name');
      return chartSite('helm-chart', { registry, chart, version: scalarAt(dependency, 'version') }) ?? [];
    }),
  edit: editParts,
};

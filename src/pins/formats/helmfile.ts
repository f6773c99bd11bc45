import type { DocumentFormat } from '../format.ts';
import { chartSite } from '../shapes/chart.ts';
import { namedValueSites } from '../shapes/named-values.ts';
import { editParts } from '../site/edit-parts.ts';
import { ownFile } from '../yaml/source.ts';
import { child, items, scalarAt } from '../yaml/spot.ts';
import { helm } from './helm.ts';

/**
 * The releases of a helmfile: the values they set, the values inside the file, and charts from OCI
 * registries. https://helmfile.readthedocs.io/en/latest/
 */
export const helmfile: DocumentFormat = {
  name: 'helmfile',
  is: root => /(?:^|\/)helmfile[^/]*\.ya?ml$/.test(ownFile(root)) || isReleases(root),
  sites: (root, around) => [
    ...items(child(root, 'releases')).flatMap(release => [
      ...namedValueSites(child(release, 'set'), 'helmfile', around),
      ...namedValueSites(child(release, 'setString'), 'helmfile', around),
      ...[
        chartSite('helmfile', {
          registry: scalarAt(release, 'chart'),
          version: scalarAt(release, 'version'),
        }) ?? [],
      ].flat(),
    ]),
    ...helm.sites(root, around),
  ],
  edit: editParts,
};

function isReleases(root: Parameters<typeof helm.is>[0]): boolean {
  return /(?:^|\/)helmfile\.d\//.test(ownFile(root)) && child(root, 'releases') !== undefined;
}

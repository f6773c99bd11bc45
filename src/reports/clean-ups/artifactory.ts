import { algorithmOf, hexOf } from '../../oci/digest.ts';
import { pathOf } from '../../oci/reference.ts';
import type { CleanUp, CleanUpRequest, Spared } from './clean-up.ts';
import { EVIDENCE_TAGS } from './clean-up.ts';

/**
 * A file spec for `jf rt delete`. A manifest is a folder named by its tag or digest, which also contains its
 * layers. Artifactory's own clean-up policies can spare packages, but not their versions.
 * https://docs.jfrog.com/integrations/docs/using-file-specs
 */
export function artifactoryRules({ spared, olderThan }: CleanUpRequest): CleanUp {
  const placed = spared.filter(isPlaced);
  return {
    text: `${JSON.stringify({ files: placed.map(one => ({ aql: findIn(one, olderThan) })) }, undefined, 2)}\n`,
    notes:
      placed.length === 0
        ? []
        : ['the repository of Artifactory is read as the first part of the path, and not from the host'],
    unsaid: spared
      .filter(one => !isPlaced(one))
      .map(({ repository }) => `${repository}: its path names no repository of Artifactory`),
  };
}

function findIn({ repository, tags, digests }: Spared, olderThan: number) {
  const [repo = '', ...rest] = pathOf(repository).split('/');
  const folder = rest.join('/');
  const names = [
    ...EVIDENCE_TAGS,
    ...tags,
    ...digests.flatMap(digest => [
      `${algorithmOf(digest)}:${hexOf(digest)}`,
      `${algorithmOf(digest)}__${hexOf(digest)}`,
    ]),
    '_uploads',
  ];
  return {
    'items.find': {
      repo,
      created: { $before: `${olderThan}d` },
      path: { $match: `${folder}/*` },
      // Another repository may be in a folder below this one.
      $and: [`${folder}/*/*`, ...names.map(name => `${folder}/${name}`)].map(path => ({
        path: { $nmatch: path },
      })),
    },
  };
}

function isPlaced({ repository }: Spared): boolean {
  return pathOf(repository).includes('/');
}

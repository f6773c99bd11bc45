import type { FileFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { scalarSite } from '../site/scalar-site.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { parseFile } from '../yaml/document.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, roots, scalarAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { gitlabVariables } from './gitlab-variables.ts';

const NOT_JOBS = ['variables', 'include', 'workflow', 'stages', 'spec', 'image', 'services', 'cache'];

/**
 * The images and services of a GitLab CI file: its own, those of `default`, and those of jobs. Variables are filled in
 * where the file writes their values. https://docs.gitlab.com/ci/yaml/#image
 */
export const gitlabCi: FileFormat = {
  name: 'gitlab-ci',
  is: path => /(?:^|[./])gitlab-ci\.ya?ml$|^\.gitlab\/.*\.ya?ml$/.test(path),
  sites: source => textSites(source, 'gitlab-ci', roots(parseFile(source)).flatMap(imagesIn)),
  edit: editParts,
};

function imagesIn(root: Spot): readonly Found[] {
  const variablesOf = gitlabVariables(root);
  return [root, ...jobs(root)].flatMap(job => jobSites(job, variablesOf(job)));
}

function jobs(root: Spot): readonly Spot[] {
  if (root.node.kind !== 'map') return [];
  const names = [...root.node.fields.keys()].filter(name => !NOT_JOBS.includes(name));
  return names.flatMap(name => child(root, name) ?? []);
}

function jobSites(job: Spot, interpolate: Parameters<typeof scalarSite>[1]): readonly Found[] {
  const places = [child(job, 'image'), ...items(child(job, 'services'))];
  return places.flatMap(place => scalarSite(nameIn(place), interpolate));
}

function nameIn(place: Spot | undefined): Spot<YamlScalar> | undefined {
  if (place?.node.kind === 'scalar') return { ...place, node: place.node };
  return scalarAt(place, 'name');
}

import { parseFile } from '../document.ts';
import { child, items, roots, type Spot, scalarAt } from '../spot.ts';
import type { YamlScalar } from '../tree.ts';
import { gitlabVariables } from './gitlab-variables.ts';
import type { FoundSite } from './site.ts';
import { scalarSite } from './yaml-site.ts';

const NOT_JOBS = ['variables', 'include', 'workflow', 'stages', 'spec', 'image', 'services', 'cache'];

/**
 * The images and services of a GitLab CI file: its own, those of `default`, and those of jobs. Variables are filled in
 * where the file writes their values. https://docs.gitlab.com/ci/yaml/#image
 */
export function gitlabCiSites(file: string, text: string): readonly FoundSite[] {
  return roots(parseFile(file, text)).flatMap(root => {
    const variablesOf = gitlabVariables(root);
    return [root, ...jobs(root)].flatMap(job => jobSites(job, variablesOf(job)));
  });
}

function jobs(root: Spot): readonly Spot[] {
  if (root.node.kind !== 'map') return [];
  const names = [...root.node.fields.keys()].filter(name => !NOT_JOBS.includes(name));
  return names.flatMap(name => child(root, name) ?? []);
}

function jobSites(job: Spot, interpolate: Parameters<typeof scalarSite>[1]): readonly FoundSite[] {
  const places = [child(job, 'image'), ...items(child(job, 'services'))];
  return places.flatMap(place => scalarSite(nameIn(place), interpolate));
}

function nameIn(place: Spot | undefined): Spot<YamlScalar> | undefined {
  if (place?.node.kind === 'scalar') return { ...place, node: place.node };
  return scalarAt(place, 'name');
}

import { parseFile } from '../document.ts';
import { child, items, roots, type Spot, scalarAt, values } from '../spot.ts';
import type { FoundSite } from './site.ts';
import { noVariables, scalarSite } from './yaml-site.ts';

const DOCKER = 'docker://';

/**
 * The images of a GitHub workflow or action: containers and services of jobs, and steps that run an image.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function githubWorkflowSites(file: string, text: string): readonly FoundSite[] {
  return roots(parseFile(file, text)).flatMap(root => {
    const runs = child(root, 'runs');
    return [
      ...values(child(root, 'jobs')).flatMap(jobSites),
      ...scalarSite(scalarAt(runs, 'image'), noVariables, DOCKER),
      ...stepSites(runs),
    ];
  });
}

function jobSites(job: Spot): readonly FoundSite[] {
  const places = [scalarAt(job, 'container'), scalarAt(child(job, 'container'), 'image')];
  const services = values(child(job, 'services')).map(service => scalarAt(service, 'image'));
  return [
    // A reference may begin with the scheme here too.
    ...[...places, ...services].flatMap(place =>
      scalarSite(place, noVariables, place?.node.text.startsWith(DOCKER) ? DOCKER : ''),
    ),
    ...stepSites(job),
  ];
}

function stepSites(owner: Spot | undefined): readonly FoundSite[] {
  return items(child(owner, 'steps')).flatMap(step =>
    scalarSite(scalarAt(step, 'uses'), noVariables, DOCKER),
  );
}

import type { FileFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { noVariables, scalarSite } from '../site/scalar-site.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { parseFile } from '../yaml/document.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, roots, scalarAt, values } from '../yaml/spot.ts';

const DOCKER = 'docker://';

/**
 * The images of a GitHub workflow or action: containers and services of jobs, and steps that run an image.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export const githubWorkflow: FileFormat = {
  name: 'github-workflow',
  is: path => /^\.github\/workflows\/[^/]+\.ya?ml$|(?:^|\/)action\.ya?ml$/.test(path),
  sites: source => textSites(source, 'github-workflow', roots(parseFile(source)).flatMap(imagesIn)),
  edit: editParts,
};

function imagesIn(root: Spot): readonly Found[] {
  const runs = child(root, 'runs');
  return [
    ...values(child(root, 'jobs')).flatMap(jobSites),
    ...scalarSite(scalarAt(runs, 'image'), noVariables, DOCKER),
    ...stepSites(runs),
  ];
}

function jobSites(job: Spot): readonly Found[] {
  const places = [scalarAt(job, 'container'), scalarAt(child(job, 'container'), 'image')];
  const services = values(child(job, 'services')).map(service => scalarAt(service, 'image'));
  return [
    // A reference here may begin with the scheme, as a step's does.
    ...[...places, ...services].flatMap(place =>
      scalarSite(place, noVariables, place?.node.text.startsWith(DOCKER) ? DOCKER : ''),
    ),
    ...stepSites(job),
  ];
}

function stepSites(owner: Spot | undefined): readonly Found[] {
  return items(child(owner, 'steps')).flatMap(step =>
    scalarSite(scalarAt(step, 'uses'), noVariables, DOCKER),
  );
}

import { lastOf, none, type Row, same } from './met.ts';
import { at, type ClusterObject, listAt, textAt } from './objects.ts';

/** The equivalents of an `ImageUpdater` of Argo CD Image Updater. */
export function updaterRows({ name, value }: ClusterObject): readonly Row[] {
  const called = `Image Updater's ImageUpdater ${name}`;
  const applications = listAt(value, 'spec', 'applicationRefs');
  const images = applications.flatMap(application =>
    listAt(application, 'images').map(image => textAt(image, 'imageName')),
  );
  const method = textAt(value, 'spec', 'writeBackConfig', 'method');
  return [...images.map(image => imageRow(called, image)), methodRow(called, method)];
}

const PREFIX = 'argocd-image-updater.argoproj.io/';

/**
 * The equivalents of an application's annotations for Image Updater.
 * https://argocd-image-updater.readthedocs.io/en/v0.17.0/configuration/images/
 */
export function annotationRows({ kind, name, value }: ClusterObject): readonly Row[] {
  const places = [
    at(value, 'metadata', 'annotations'),
    at(value, 'spec', 'template', 'metadata', 'annotations'),
  ];
  return places.flatMap(annotations => {
    const list = textAt(annotations, `${PREFIX}image-list`);
    if (list === '') return [];
    const called = `Image Updater on the ${kind} ${name}`;
    const images = list.split(',').map(entry => entry.trim().replace(/^[^=]*=/, ''));
    return [
      ...images.map(image => imageRow(called, image)),
      methodRow(called, textAt(annotations, `${PREFIX}write-back-method`)),
    ];
  });
}

function imageRow(called: string, image: string): Row {
  const [name = image, constraint] = image.split(/:(?!.*\/)/);
  const build = `images.${lastOf(name)}: {}, and promote apply --image after each build`;
  return same(
    `${called}, ${image}`,
    constraint === undefined ? build : `${build}; a build decides, not ${constraint}`,
  );
}

/** The row of a write-back method; without a method, Image Updater only writes to Argo CD. */
function methodRow(called: string, method: string): Row {
  return method.startsWith('git')
    ? same(`${called}, write-back-method ${method}`, 'always: pins are in Git')
    : none(`${called}, write-back-method ${method || 'argocd'}`, 'pins outside of Git: it is the only state');
}

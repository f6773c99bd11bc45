import { fluxRows, markersIn } from './flux-automation.ts';
import { annotationRows, updaterRows } from './image-updater.ts';
import { kargoRows } from './kargo.ts';
import type { Met, Row } from './met.ts';
import { type ClusterObject, clusterObjects } from './objects.ts';

/** The objects of Kargo, Flux's image automation and Argo CD Image Updater in texts, in the files' order. */
export function findControllers(texts: ReadonlyMap<string, string>): readonly Met[] {
  const objects = Map.groupBy(clusterObjects(texts), ({ file }) => file);
  return [...texts].flatMap(([file, text]) => [
    ...(objects.get(file) ?? []).flatMap(object => metIn(object).map(one => ({ file, ...one }))),
    ...markersIn(file, text),
  ]);
}

function metIn(object: ClusterObject): readonly Row[] {
  const { group, kind } = object;
  if (group === 'kargo.akuity.io') return kargoRows(object);
  if (group === 'image.toolkit.fluxcd.io') return fluxRows(object);
  if (group === 'argocd-image-updater.argoproj.io' && kind === 'ImageUpdater') return updaterRows(object);
  return group === 'argoproj.io' ? annotationRows(object) : [];
}

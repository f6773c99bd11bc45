import { lastOf, type Met, type Row, same } from './met.ts';
import { type ClusterObject, textAt } from './objects.ts';

/**
 * The equivalents of an object of Flux's image automation.
 * https://fluxcd.io/flux/components/image/
 */
export function fluxRows({ kind, name, value }: ClusterObject): readonly Row[] {
  const called = `Flux's ${kind} ${name}`;
  switch (kind) {
    case 'ImageRepository': {
      const image = textAt(value, 'spec', 'image');
      return [same(called, `images.${lastOf(image)}, which is built as ${image}`)];
    }
    case 'ImagePolicy':
      return [
        same(
          called,
          'promote apply --image with the build that CI hands over; promote refresh for third-party images',
        ),
      ];
    case 'ImageUpdateAutomation':
      return [same(called, `promote apply in CI: suspend it first (flux suspend image update ${name})`)];
    default:
      return [];
  }
}

/** The comments that tell Flux where to write an image. */
export function markersIn(file: string, text: string): readonly Met[] {
  const count = [...text.matchAll(/#\s*\{\s*"\$imagepolicy"/g)].length;
  if (count === 0) return [];
  const object = `${count} of Flux's markers {"$imagepolicy": …}`;
  return [
    { file, object, here: 'no markers: remove them, or two writers change these lines', hasEqual: true },
  ];
}

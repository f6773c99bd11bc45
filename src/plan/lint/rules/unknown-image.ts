import type { LintRule } from '../rule.ts';

/** An image that the environments file does not name. */
export const unknownImage: LintRule = {
  name: 'unknown-image',
  severity: 'note',
  description: 'No promotion changes this image: the environments file does not name it.',
  find: ({ pins }) =>
    pins
      .filter(({ image, pin }) => image === undefined && pin.repository !== undefined)
      .map(({ pin, place }) => ({
        place,
        message: `${pin.repository} is no image of the environments file, and no promotion changes it`,
        hint: 'name it under `images` if it is built and promoted by you; promote refresh moves base images',
      })),
};

import { suggest } from '../diagnostics/suggest.ts';
import type { Rule } from './rule.ts';

/** A signer is accepted for images that exist. */
export const acceptedSignersHaveImages: Rule = ({ file, imageNames }) =>
  Object.entries(file.environments).flatMap(([name, { gates }]) => {
    const path = ['environments', name, 'gates', 'signature'];
    const signature = gates?.signature ?? [];
    const entries = Array.isArray(signature)
      ? signature.map((entry, index) => [[...path, index], entry] as const)
      : [[path, signature] as const];
    return entries.flatMap(([at, { images = [] }]) =>
      images.flatMap((image, index) =>
        imageNames.includes(image)
          ? []
          : {
              path: [...at, 'images', index],
              at: 'value',
              message: `there is no image ${JSON.stringify(image)}`,
              hint: suggest(image, imageNames),
            },
      ),
    );
  });

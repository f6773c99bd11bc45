import { type AcceptedSigner, acceptedSignersSchema, normaliseAccepted } from '../accepted-signers.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { GateSetting } from './setting.ts';

const schema = acceptedSignersSchema('The images it is accepted for; default: all.');

/** The setting of the signature gate: of several accepted signers for an image, one suffices. */
export const signature: GateSetting<typeof schema, readonly AcceptedSigner[]> = {
  description: 'Whose signature the source image must carry; of several for an image, one suffices.',
  schema,
  normalise: normaliseAccepted,
  issues: ({ written, path, imageNames }) => {
    const entries = Array.isArray(written)
      ? written.map((entry, index) => ({ entry, at: [...path, index] }))
      : [{ entry: written, at: path }];
    return entries.flatMap(({ entry: { images = [] }, at }) =>
      images.flatMap((image, index) => {
        if (imageNames.has(image)) return [];
        const message = `there is no image ${JSON.stringify(image)}`;
        const hint = () => suggest(image, [...imageNames]);
        return [{ path: [...at, 'images', index], at: 'value', message, hint } as const];
      }),
    );
  },
};

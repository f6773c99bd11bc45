import type { Issue } from '../diagnostics/issue.ts';
import { normaliseRebuild } from '../normalise/rebuild.ts';
import { REBUILD_TOKENS } from '../rebuild.ts';
import type { Rule } from './rule.ts';

/** Builds are started where bases are known, and no server gets the token of another one. */
export const rebuildsAreSound: Rule = ({ file }) => {
  const serverOf = new Map<string, string>(
    Object.values(REBUILD_TOKENS).map(({ server, variable }) => [`env://${variable}`, server]),
  );
  return Object.entries(file.images).flatMap(([name, image]): readonly Issue[] => {
    const rebuild = normaliseRebuild(image.rebuild);
    if (rebuild === undefined) return [];
    const path = ['images', name, 'rebuild'];
    const { origin } = new URL(rebuild.repository);
    const known = serverOf.get(rebuild.token) ?? origin;
    serverOf.set(rebuild.token, known);
    const gated = Object.values(file.environments).some(({ gates }) => gates?.vulnerabilities !== undefined);
    return [
      ...(file.refresh === undefined
        ? [
            {
              path,
              at: 'key' as const,
              message: 'without `refresh` no base of an image is known, so none is built anew',
              hint: 'add `refresh: {}` beside `images`',
            },
          ]
        : []),
      ...(known === origin
        ? []
        : [
            {
              path,
              at: 'key' as const,
              message: `${rebuild.token} is the token for ${known}, and ${origin} must not get it`,
              hint: `add \`token: env://NAME\` with a variable for ${origin} alone`,
            },
          ]),
      ...(rebuild.when === 'vulnerable' && !gated
        ? [
            {
              path: [...path, 'when'],
              at: 'value' as const,
              message: 'no environment has the gate `vulnerabilities`, so no image is known to be vulnerable',
              hint: 'add the gate to an environment, or write `when: superseded`',
            },
          ]
        : []),
    ];
  });
};

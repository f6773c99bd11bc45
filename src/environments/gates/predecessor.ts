import { z } from 'zod';
import type { Issue } from '../diagnostics/issue.ts';
import type { GateSetting } from './setting.ts';

/** The evidence that a source image must have of its promotion into the environment before. */
export interface PredecessorGate {
  readonly record: 'required';
  /** Whether a verification summary is required too. */
  readonly vsa?: 'required' | undefined;
  /** Hashes of the policies that the promotion may be under; absent: all in the branch's history. */
  readonly policies?: readonly string[] | undefined;
}

const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a hash, as records have it: sha256:…');

const schema = z.strictObject({
  record: z.literal('required').describe('It must exist.'),
  vsa: z
    .literal('required')
    .exactOptional()
    .describe('A SLSA verification summary must exist too, under a policy that counts.'),
  policies: z
    .array(hash)
    .min(1)
    .exactOptional()
    .describe('Hashes of the policies that it may be made under; default: all in the history of the branch.'),
});

/** The setting of the predecessor gate. */
export const predecessor: GateSetting<typeof schema, PredecessorGate> = {
  description: 'Our record of the promotion into the environment before.',
  schema,
  normalise: ({ record, vsa, policies }) => ({ record, vsa, policies: policies?.toSorted() }),
  issues: ({ written, path, environment: { name, from }, signed, summarised }) => {
    if (from.includes('build')) {
      const message = `${name} takes from builds, which no promotion made`;
      return [{ path, at: 'key', message, hint: 'use `provenance` or `signature` there' }];
    }
    return from.flatMap((source): readonly Issue[] => {
      if (signed.has(source)) {
        if (written.vsa === undefined || summarised.has(source)) return [];
        const message = `promotions into ${source} leave no verification summaries`;
        const hint = `set \`signing.vsa: true\`, or environments.${source}.signing.vsa`;
        return [{ path: [...path, 'vsa'], at: 'value', message, hint }];
      }
      const message = `${source} signs nothing, so there are no records of promotions into it`;
      return [{ path, at: 'key', message, hint: `set \`signing\`, or environments.${source}.signing` }];
    });
  },
};

import { validRange } from 'semver';
import { z } from 'zod';
import { text } from '../text.ts';
import type { GateSetting } from './setting.ts';

/**
 * `semver`: a version of Semantic Versioning 2.0.0, perhaps after `v`. `calendar`: a date, or a version that begins
 * with a year. `refresh`: any tag whose order `promote refresh` knows.
 */
export type VersionScheme = 'semver' | 'calendar' | 'refresh';

/** The versions that may be promoted into an environment. */
export interface VersionGate {
  /** A range of semantic versions, as npm has it. */
  readonly range?: string | undefined;
  /** What the build's tag must be, if that is asked for. */
  readonly scheme?: VersionScheme | undefined;
  /** Whether pre-releases within the range are allowed. */
  readonly preReleases: boolean;
  /** Whether the tag's build must be newer than the pinned one, in the order that `backward` knows. */
  readonly monotonic: boolean;
}

const range = text.refine(
  written => validRange(written) !== null,
  'a range of semantic versions, such as ">=1.0.0 <3.0.0" or "^1.4"',
);

const settings = z
  .strictObject({
    range: range.exactOptional().describe('A range of semantic versions: ">=1.0.0 <3.0.0".'),
    scheme: z
      .enum(['semver', 'calendar', 'refresh'])
      .exactOptional()
      .describe(
        'What the tag must be. `semver`: three numbers, as Semantic Versioning has them. `calendar`: a date, or a version that begins with a year. `refresh`: any tag whose order `promote refresh` knows.',
      ),
    preReleases: z.boolean().exactOptional().describe('Whether pre-releases pass; default: false.'),
    monotonic: z
      .boolean()
      .exactOptional()
      .describe('Whether only builds pass that are known to be newer than the pinned one; default: false.'),
  })
  .refine(
    ({ range: written, scheme, monotonic }) =>
      written !== undefined || scheme !== undefined || monotonic === true,
    'needs `range`, `scheme`, or `monotonic: true`',
  );

const schema = z.union([range, settings]);

/** The setting of the version gate. */
export const version: GateSetting<typeof schema, VersionGate> = {
  description: 'Which versions come in: a range of semantic versions, or more about them.',
  schema,
  normalise: written => {
    const given = typeof written === 'string' ? { range: written } : written;
    return { preReleases: false, monotonic: false, ...given };
  },
  issues: () => [],
};

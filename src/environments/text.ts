import { braceExpand } from 'minimatch';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../errors.ts';
import { parseRepositoryName } from '../oci/reference.ts';
import { containsPrivateKey } from '../secrets/redact.ts';

/** The most patterns that the braces of a glob may stand for. */
const BRACES = 1000;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const QUOTED = '"(?:[^"\\\\\\x00-\\x1f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"';
const KEY = `(?:[^.[\\]"]+|${QUOTED})`;
const KEY_IN_BRACKETS = `(?:[^\\]="*\\d][^\\]="]*|${QUOTED})`;

const ENTRY = `\\[(?:\\d+|\\*|${KEY_IN_BRACKETS}=(?:[^\\]"]+|${QUOTED}))\\]`;

/** A text that is not empty. */
export const text = z.string().min(1).max(4096);

/** An environment's name; `build` is reserved for where images come from. */
export const environmentName = z
  .string()
  .max(63)
  .regex(
    /^(?!build$)[a-z0-9][a-z0-9-]*$/,
    'an environment is named with lower-case letters, digits and hyphens, and not "build"',
  );

/** The name of promotions that belong together. */
export const groupName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a group is named with lower-case letters, digits and hyphens');

/** The name of a freeze that environments share. */
export const freezeName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a freeze is named with lower-case letters, digits and hyphens');

/** An image's name, which may be a repository's last component. */
export const imageName = z
  .string()
  .max(128)
  .regex(
    new RegExp(`^${COMPONENT}$`),
    'an image is named with lower-case letters and digits, and with . _ - between them',
  );

/** A repository's path within a registry. */
export const repositoryPath = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`),
    'lower-case path components joined by slashes, without a registry, tag or digest',
  );

/** A repository with its registry, parsed. */
export const repository = z.string().transform((written, context) => {
  try {
    return parseRepositoryName(written);
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    context.issues.push({ code: 'custom', message: error.message, input: written });
    return z.NEVER;
  }
});

/** Files of the deployment repository. */
export const glob = globOf(
  /^(?![!/]|\.\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\]+$/,
  'a glob relative to the repository\'s root, such as "apps/*/dev/**/*.yaml", that excludes nothing',
);

/** Files of the deployment repository; behind an exclamation mark those that are left out. */
export const fileGlob = globOf(
  /^!?(?![!/(]|\.\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\]+$/,
  'a glob relative to the repository\'s root, such as "apps/*/dev/**/*.yaml", or "!apps/*/dev/tests/**" to leave files out',
);

/** One file of the deployment repository. */
export const filePath = z
  .string()
  .max(1024)
  .regex(
    /^(?!\/|\.\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\\n]+$/,
    "a file's path from the repository's root, such as ops/freezes.ics",
  );

/** Keys from the root of a file's data. */
export const keyPath = z
  .string()
  .max(1024)
  .regex(
    new RegExp(`^(?:${KEY}|${ENTRY})(?:\\.${KEY}|${ENTRY})*$`),
    'keys joined by dots, such as spec.containers[name=api].image or annotations."a.b/c"',
  );

/** A regular expression with one named group, whose `^` and `$` are the ends of lines. */
export const linePattern = z
  .string()
  .min(1)
  .max(1024)
  .refine(hasOneGroup, 'a regular expression of RE2 with exactly one named group: version = "(?<tag>[^"]+)"');

/** How a pin is written. */
export const pinForm = z.enum(['digest', 'tag', 'repository', 'version']);

/** A length of time. */
export const duration = z.string().regex(/^[1-9]\d{0,5}[mhd]$/, 'a duration such as 30m, 24h or 7d');

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time in milliseconds. */
export function milliseconds(duration: string): number {
  const unit = UNITS[duration.at(-1) === 'm' ? 'm' : duration.at(-1) === 'h' ? 'h' : 'd'];
  return Number(duration.slice(0, -1)) * unit;
}

/** Where a key is; the key itself is never in the file. */
export const key = z
  .string()
  .max(4096)
  .refine(
    written =>
      /^(?:env:\/\/[A-Za-z_]\w*|(?!env:\/\/)[^\n]+)$/.test(written) &&
      !written.includes('-----BEGIN') &&
      !containsPrivateKey(written),
    'expected a path, env://NAME or a URI of a key management service, never the key itself',
  );

/** A tag with placeholders. */
export const tagTemplate = z.string().min(1).max(512);

function globOf(shape: RegExp, expected: string) {
  return z
    .string()
    .max(1024)
    .regex(shape, expected)
    .refine(
      written => braceExpand(written, { braceExpandMax: BRACES + 1 }).length <= BRACES,
      `a glob whose braces stand for at most ${BRACES} patterns`,
    );
}

function hasOneGroup(written: string): boolean {
  try {
    return Object.keys(RE2JS.compile(written, RE2JS.MULTILINE).namedGroups()).length === 1;
  } catch (error) {
    rethrowDefect(error);
    return false;
  }
}

import { z } from 'zod';
import { isObject } from '../diagnostics/is-object.ts';
import type { Path } from '../diagnostics/issue.ts';
import { environmentName } from '../text.ts';
import { environmentSchema } from './environment.ts';
import { environmentsSchema } from './environments.ts';

const { from, registry, files } = environmentSchema.shape;

/** The schema with stand-ins for required keys, so that a missing one does not hide what is wrong beside it. */
const judged = environmentsSchema.partial({ version: true }).extend({
  images: environmentsSchema.shape.images.default({}),
  environments: z
    .record(
      environmentName,
      environmentSchema.extend({
        from: from.default('build'),
        registry: registry.default([]),
        files: files.default([]),
      }),
    )
    .default({}),
});

const ISSUE_LIMIT = 100;

/** The valid part of a file. */
export type SoundPart = z.infer<typeof judged>;

/**
 * Removes what the schema refuses, so that rules can judge the rest in the same run. `undefined` if nothing is left, or
 * too much is wrong.
 */
export function soundPart(value: unknown): SoundPart | undefined {
  let rest = value;
  while (rest !== undefined) {
    const part = rest;
    const parsed = judged.safeParse(part);
    if (parsed.success) return parsed.data;
    const refused = parsed.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...issue.path, key]) : [issue.path],
    );
    if (refused.length > ISSUE_LIMIT) return undefined;
    rest = refused.map(path => removable(part, path)).reduce(without, part);
  }
  return undefined;
}

/** The path up to the first key that is missing: then the value that lacks the key has to go. */
function removable(value: unknown, path: Path): Path {
  let node = value;
  for (const [depth, key] of path.entries()) {
    if (!isObject(node) || !Object.hasOwn(node, key)) return path.slice(0, depth);
    node = node[key];
  }
  return path;
}

/** A copy without the value at the path; the value itself if there is none. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return undefined;
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const { [key]: child, ...others } = value;
  return rest.length === 0 ? others : { ...value, [key]: without(child, rest) };
}

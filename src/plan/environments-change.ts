import canonicalize from 'canonicalize';
import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError } from '../errors.ts';

/** Describes a change of the environments file for people; empty if its meaning is unchanged. */
export function environmentsChange(
  path: string,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  if (after === undefined) return [`${path} is removed`];
  const [old, now] = [meaning(path, before ?? ''), meaning(path, after)];
  if (now === undefined) return [`${path} would not be valid`];
  const parts = [...new Set([...(old?.keys() ?? []), ...now.keys()])];
  return parts.filter(part => old?.get(part) !== now.get(part)).map(part => `${path} alters ${part}`);
}

/** The file's parts by their names for people; `undefined` if the file is invalid. */
function meaning(path: string, text: string): ReadonlyMap<string, string> | undefined {
  try {
    const { environments, images, ...rest } = parseEnvironments(text, path);
    return new Map([
      ...environments.map(part => [`environment ${part.name}`, canonical(part)] as const),
      ...images.map(part => [`image ${part.name}`, canonical(part)] as const),
      ...Object.entries(rest).map(([name, part]) => [name, canonical(part)] as const),
    ]);
  } catch (error) {
    if (error instanceof PromoteError && ['CONFIGURATION', 'TOO_LARGE'].includes(error.code))
      return undefined;
    throw error;
  }
}

function canonical(part: unknown): string {
  return canonicalize(part) ?? '';
}

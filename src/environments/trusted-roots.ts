import type { Digest } from '../oci/digest.ts';
import type { Environment } from './environments.ts';

/** The trusted roots that decide about promotions into the environment, as the file names them. */
export function trustedRootsOf({ gates, rollback, signing }: Environment): readonly string[] {
  return [...new Set(rootsIn({ gates, rollback, signing }))];
}

/** A JSON value with the digest of each trusted root, if it is known, in place of its path. */
export function byContent(value: unknown, digests: ReadonlyMap<string, Digest>): unknown {
  if (Array.isArray(value)) return value.map(one => byContent(one, digests));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const digest = isRoot(key, part) ? digests.get(part) : undefined;
      return [key, digest ?? byContent(part, digests)];
    }),
  );
}

function rootsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(rootsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => (isRoot(key, part) ? [part] : rootsIn(part)));
}

/** Every setting that accepts a signer has its trusted root under this key. */
function isRoot(key: string, part: unknown): part is string {
  return key === 'trustedRoot' && typeof part === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

import type { Spot } from '../yaml/source.ts';
import { keysOf, scalarAt } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';

/** The meaning of a key's last word for its value. `other`: a tag or a digest in an unknown form. */
export type Role = 'registry' | 'repository' | 'image' | 'name' | 'tag' | 'version' | 'digest' | 'other';

/** A scalar and the key that says what it is. */
export interface Entry {
  readonly key: string;
  readonly scalar: Spot<YamlScalar>;
}

/** Scalars whose keys belong together: `workerImageRepository` and `workerImageTag`. */
export interface KeyGroup {
  /** The start of the keys, without `image`: `worker`; empty for `repository` or `imageTag`. */
  readonly prefix: string;
  /** Whether every key says that it is about an image. */
  readonly saysImage: boolean;
  readonly of: (role: Role) => Spot<YamlScalar> | undefined;
  readonly others: readonly Spot<YamlScalar>[];
}

interface Part extends Entry {
  readonly prefix: string;
  readonly role: Role;
  readonly saysImage: boolean;
}

const ROLES: Readonly<Record<string, Role>> = {
  registry: 'registry',
  hub: 'registry',
  repository: 'repository',
  repo: 'repository',
  image: 'image',
  name: 'name',
  tag: 'tag',
  version: 'version',
  digest: 'digest',
  sha: 'digest',
  sha256: 'digest',
};
const CARRIERS = ['tag', 'version', 'digest', 'sha', 'sha256'];

/** A mapping's scalars, including those that it merges in. */
export function entriesOf(mapping: Spot): readonly Entry[] {
  return keysOf(mapping).flatMap(key => {
    const scalar = scalarAt(mapping, key);
    return scalar === undefined ? [] : [{ key, scalar }];
  });
}

/** Groups scalars by the start of their keys. */
export function keyGroups(entries: readonly Entry[]): readonly KeyGroup[] {
  const parts = entries.flatMap((entry): readonly Part[] => {
    const read = readKey(entry.key);
    return read === undefined ? [] : [{ ...read, ...entry }];
  });
  return [...Map.groupBy(parts, ({ prefix }) => prefix)].map(([prefix, of]) => ({
    prefix,
    saysImage: of.every(({ saysImage }) => saysImage),
    of: role => of.filter(part => part.role === role).toSorted(byLength)[0]?.scalar,
    others: of.filter(({ role }) => role === 'other').map(({ scalar }) => scalar),
  }));
}

/** A key's words in lower case. `workerImageTag` and `worker-image-tag` have the same words. */
function wordsOf(key: string): readonly string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s._-]+/);
}

/** Whether a key is about an image: `image`, `workerImage`. */
export function isImageKey(key: string | number | undefined): boolean {
  return typeof key === 'string' && /^images?$/.test(wordsOf(key).at(-1) ?? '');
}

/** Whether a key may carry a tag or a digest. */
export function mayCarry(key: string): boolean {
  return wordsOf(key).some(word => CARRIERS.includes(word));
}

function readKey(key: string): Pick<Part, 'prefix' | 'role' | 'saysImage'> | undefined {
  const words = wordsOf(key);
  const last = words.at(-1) ?? '';
  const role = ROLES[last];
  const carrier =
    role === undefined ? words.findLastIndex(word => CARRIERS.includes(word)) : words.length - 1;
  if (carrier < 0) return undefined;
  const before = words.slice(0, carrier);
  const prefix = before.filter(word => word !== 'image').join(' ');
  return { prefix, role: role ?? 'other', saysImage: before.includes('image') || last === 'image' };
}

/** Puts `repository` before `imageRepository`, where a mapping has both. */
function byLength(a: Part, b: Part): number {
  return a.key.length - b.key.length;
}

import { posix } from 'node:path';
import type { Environments } from '../environments/environments.ts';
import { publicKeysOf } from '../environments/hash.ts';
import { parseEnvironments } from '../environments/parse.ts';
import { trustedRootsOf } from '../environments/trusted-roots.ts';
import { PromoteError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Digest } from '../oci/digest.ts';
import type { PolicyVersion } from '../run/policy-version.ts';
import { keyId, loadPublicKey } from '../signing/public-key.ts';
import { trustedRootDigest } from '../signing/trusted-root-digest.ts';
import type { ReadFrom } from './starting-at.ts';

/** The repository of an environments file, and readers for keys and files outside of it. */
export interface KeptPolicy extends Pick<ReadFrom, 'repository' | 'head'> {
  /** The file's path from the repository's root. */
  readonly path: string;
  readonly readKey: (name: string) => Promise<string>;
  /** Reads a file outside of the repository, by its path from the environments file. */
  readonly read: (path: string) => Promise<string>;
}

/**
 * The versions of the environments file on its branch, newest first. A change of the file, or of a key or
 * root that it names, makes a version. Records of a version that this program cannot read do not count.
 */
export async function* policyHistory(kept: KeptPolicy): AsyncGenerator<PolicyVersion> {
  const { repository, head, path } = kept;
  const present = await environmentsAt(kept, head.commit);
  // The files that older versions name are added when those versions are read.
  const named = new Set(present === undefined ? [] : filesOf(present, path));
  const decides = (changed: string) => changed === path || named.has(changed);
  for await (const { commit } of repository.history(head.commit, decides)) {
    const environments = await environmentsAt(kept, commit);
    if (environments === undefined) continue;
    for (const file of filesOf(environments, path)) named.add(file);
    yield {
      environments,
      at: { repository: repository.name, commit },
      key: name => keyAt(kept, commit, name),
      root: name => rootAt(kept, commit, name),
    };
  }
}

async function environmentsAt(
  { repository, path }: KeptPolicy,
  commit: string,
): Promise<Environments | undefined> {
  const text = await textAt(repository, commit, path);
  return text === undefined ? undefined : parsed(text, path);
}

/** The files that belong to a policy, by their paths from the repository's root. */
function filesOf({ environments }: Environments, path: string): readonly string[] {
  const names = environments.flatMap(one => [...publicKeysOf(one), ...trustedRootsOf(one)]);
  return names.map(name => inside(path, name));
}

/** The path, from the repository's root, of a file that the environments file names. */
function inside(path: string, name: string): string {
  return posix.normalize(posix.join(posix.dirname(path), name));
}

function parsed(text: string, path: string) {
  try {
    return parseEnvironments(text, path);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

async function keyAt(kept: KeptPolicy, commit: string, name: string): Promise<Digest | undefined> {
  return await ifReadable(async () => {
    const text = name.startsWith('env://') ? undefined : await namedAt(kept, commit, name);
    return keyId(loadPublicKey(text ?? (await kept.readKey(name))));
  });
}

async function rootAt(kept: KeptPolicy, commit: string, name: string): Promise<Digest | undefined> {
  return await ifReadable(async () =>
    trustedRootDigest((await namedAt(kept, commit, name)) ?? (await kept.read(name)), name),
  );
}

async function ifReadable(read: () => Promise<Digest>): Promise<Digest | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

/** Reads a file at a commit, by its path from the environments file. */
async function namedAt(
  { repository, path }: KeptPolicy,
  commit: string,
  name: string,
): Promise<string | undefined> {
  return await textAt(repository, commit, inside(path, name));
}

async function textAt(repository: Repository, commit: string, path: string): Promise<string | undefined> {
  const blob = (await repository.list(commit)).find(file => file.path === path)?.blob;
  return blob === undefined ? undefined : (await repository.read([blob])).get(blob);
}

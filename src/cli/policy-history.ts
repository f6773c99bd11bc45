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

/** Where an environments file is kept, and how a key that is not there is read. */
export interface KeptPolicy extends Pick<ReadFrom, 'repository' | 'head'> {
  /** The file, from the repository's root. */
  readonly path: string;
  readonly readKey: (name: string) => Promise<string>;
  /** Reads a file that is not there, relative to the environments file. */
  readonly read: (path: string) => Promise<string>;
}

/**
 * The environments file as its branch has had it, newest first. Each change of it is a version, and each change of a
 * public key or trusted root that it names. A version that this program cannot read is left out: no record is accepted for it.
 */
export async function* policyHistory(kept: KeptPolicy): AsyncGenerator<PolicyVersion> {
  const { repository, head, path } = kept;
  const present = await environmentsAt(kept, head.commit);
  // Those of older versions are added on the way to them.
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

/** The files whose content is part of a policy, from the repository's root. */
function filesOf({ environments }: Environments, path: string): readonly string[] {
  const names = environments.flatMap(one => [...publicKeysOf(one), ...trustedRootsOf(one)]);
  return names.map(name => inside(path, name));
}

/** A file that the environments file names, from the repository's root. */
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

/** A file by its path from the environments file, as the commit has it. */
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

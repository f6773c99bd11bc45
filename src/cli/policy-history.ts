import { posix } from 'node:path';
import type { PolicyVersion } from '../apply/policy-version.ts';
import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Digest } from '../oci/digest.ts';
import { keyId, loadPublicKey } from '../signing/public-key.ts';
import type { ReadFrom } from './starting-at.ts';

/** Where an environments file is kept, and how a key that is not there is read. */
export interface KeptPolicy extends Pick<ReadFrom, 'repository' | 'head'> {
  /** The file, from the repository's root. */
  readonly path: string;
  readonly readKey: (name: string) => Promise<string>;
}

/**
 * The environments file as each commit of its branch has it, newest first. A version that this program cannot read is
 * left out: no record is accepted for it.
 */
export async function* policyHistory(kept: KeptPolicy): AsyncGenerator<PolicyVersion> {
  const { repository, head, path } = kept;
  for await (const { commit, changes } of repository.history(head.commit, changed => changed === path)) {
    const blob = changes.find(change => change.path === path)?.after;
    const text = blob === undefined ? undefined : (await repository.read([blob])).get(blob);
    const environments = text === undefined ? undefined : parsed(text, path);
    if (environments !== undefined)
      yield {
        environments,
        at: { repository: repository.name, commit },
        key: name => keyAt(kept, commit, name),
      };
  }
}

function parsed(text: string, path: string) {
  try {
    return parseEnvironments(text, path);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

async function keyAt(
  { repository, path, readKey }: KeptPolicy,
  commit: string,
  name: string,
): Promise<Digest | undefined> {
  const inside = posix.normalize(posix.join(posix.dirname(path), name));
  try {
    const text = name.startsWith('env://') ? undefined : await textAt(repository, commit, inside);
    return keyId(loadPublicKey(text ?? (await readKey(name))));
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

async function textAt(repository: Repository, commit: string, path: string): Promise<string | undefined> {
  const blob = (await repository.list(commit)).find(file => file.path === path)?.blob;
  return blob === undefined ? undefined : (await repository.read([blob])).get(blob);
}

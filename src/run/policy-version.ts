import type { Environments } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';

/** An environments file at a commit of its branch. */
export interface PolicyVersion {
  readonly environments: Environments;
  /** The repository and commit that have it; absent: the caller passed a file that is in no commit. */
  readonly at?: { readonly repository: string; readonly commit: string } | undefined;
  /** A public key's digest, by its name in the file; `undefined` where it cannot be read. */
  readonly key: (name: string) => Promise<Digest | undefined>;
  /** The digest of a trusted root's content, by its path in the file; `undefined` if it cannot be read. */
  readonly root: (path: string) => Promise<Digest | undefined>;
}

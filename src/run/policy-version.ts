import type { Environments } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';

/** An environments file as a commit of its branch has it. */
export interface PolicyVersion {
  readonly environments: Environments;
  /** The repository and commit that has it; absent: it is what was given, in no commit. */
  readonly at?: { readonly repository: string; readonly commit: string } | undefined;
  /** A public key's digest, by its name in the file; `undefined` where it cannot be read. */
  readonly key: (name: string) => Promise<Digest | undefined>;
  /** What a trusted root says, by its path in the file; `undefined` where it cannot be read. */
  readonly root: (path: string) => Promise<Digest | undefined>;
}

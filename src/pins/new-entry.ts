import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** An image of a kustomization's base that may get an entry in the kustomization's `images`. */
export interface NewEntry {
  /** The image's name in the base, which the entry selects. */
  readonly name: string;
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

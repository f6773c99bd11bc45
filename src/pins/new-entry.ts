import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** An image of a kustomization's base that the kustomization may get an entry of `images` for. */
export interface NewEntry {
  /** As the base writes it: what the entry selects. */
  readonly name: string;
  readonly repository: RepositoryName;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { ReferenceTarget } from '../../pins/references/site.ts';

/**
 * What a registry says of a reference. `left`: there is nothing to follow; `waiting`: what is newer is too young;
 * `failed`: it could not be asked this time.
 */
export type Resolution =
  | { readonly kind: 'current' }
  | ({ readonly kind: 'update' } & ImageUpdate)
  | { readonly kind: 'left' | 'waiting' | 'failed'; readonly reason: string };

/** An image to move to. */
export interface ImageUpdate {
  readonly repository: RepositoryName;
  /** What the reference named, as far as it said. */
  readonly from: { readonly tag?: string; readonly digest?: Digest };
  readonly tag: string;
  readonly digest: Digest;
  /** What the reference gets: no digest where it has none and shall have none. */
  readonly target: ReferenceTarget;
}

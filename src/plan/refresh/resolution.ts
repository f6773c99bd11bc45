import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { ReferenceTarget } from './reference-target.ts';

/**
 * What a registry answered for a reference. `left`: there is nothing newer to follow. `waiting`: its registry limits
 * requests. `unsigned`: it has no signature by a required signer. `failed`: the registry could not be asked this
 * time.
 */
export type Resolution =
  | { readonly kind: 'current' }
  | ({ readonly kind: 'update' } & ImageUpdate)
  | { readonly kind: 'left' | 'waiting' | 'unsigned' | 'failed'; readonly reason: string };

/** When an image was created, or first seen if its builder does not say. */
export interface Seen {
  /** ISO 8601. */
  readonly since: string;
  /** Whether the branch of young images remembers it; otherwise this run is the first to see it. */
  readonly isKept: boolean;
}

/** An image to move to. */
export interface ImageUpdate {
  readonly repository: RepositoryName;
  /** What the reference named before. */
  readonly from: { readonly tag?: string; readonly digest?: Digest };
  readonly tag: string;
  readonly digest: Digest;
  /** Since when its age counts, if it is too young or its builder does not say. */
  readonly seen?: Seen;
  /** The reference's new content: without a digest if it has none and shall get none. */
  readonly target: ReferenceTarget;
}

import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { ReferenceTarget } from './reference-target.ts';

/**
 * What a registry says of a reference. `left`: there is nothing to follow; `waiting`: its registry limits requests;
 * `unsigned`: nobody signed it whose signature is asked for; `failed`: it could not be asked this time.
 */
export type Resolution =
  | { readonly kind: 'current' }
  | ({ readonly kind: 'update' } & ImageUpdate)
  | { readonly kind: 'left' | 'waiting' | 'unsigned' | 'failed'; readonly reason: string };

/** When an image was created, or seen for the first time where its builder does not say. */
export interface Seen {
  /** ISO 8601. */
  readonly since: string;
  /** Whether the branch of what waits remembers it; else this run is the first to see it. */
  readonly isKept: boolean;
}

/** An image to move to. */
export interface ImageUpdate {
  readonly repository: RepositoryName;
  /** What the reference named, as far as it said. */
  readonly from: { readonly tag?: string; readonly digest?: Digest };
  readonly tag: string;
  readonly digest: Digest;
  /** Since when its age counts, where it is too young or its builder does not say. */
  readonly seen?: Seen;
  /** What the reference gets: no digest where it has none and shall have none. */
  readonly target: ReferenceTarget;
}

import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** What long copies show while they run. */
export type ProgressEvent =
  | {
      readonly kind: 'image-started';
      readonly source: RepositoryName;
      readonly target: RepositoryName;
      readonly digest: Digest;
    }
  | {
      readonly kind: 'blob-expected';
      readonly target: RepositoryName;
      readonly digest: Digest;
      readonly size: number;
    }
  | {
      /** Bytes that were not told before, however often a blob is sent. */
      readonly kind: 'bytes';
      readonly target: RepositoryName;
      readonly digest: Digest;
      readonly count: number;
    }
  | {
      readonly kind: 'blob-done';
      readonly target: RepositoryName;
      readonly digest: Digest;
      readonly size: number;
      readonly how: 'present' | 'mounted' | 'copied';
    }
  | { readonly kind: 'image-done'; readonly target: RepositoryName; readonly digest: Digest };

/** Receives progress; never throws, never waits. */
export type Progress = (event: ProgressEvent) => void;

import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** The progress of a long copy. */
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
      /** Bytes that were not reported before, even if a blob is sent several times. */
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

/** Receives progress. It never throws and never waits. */
export type Progress = (event: ProgressEvent) => void;

import type { KeyObject } from 'node:crypto';
import type { Bundle, RFC3161SignedTimestamp, TransparencyLogEntry } from '@sigstore/bundle';

/** What a witness adds to a signature's verification material. */
interface WitnessMaterial {
  readonly entries: readonly TransparencyLogEntry[];
  readonly timestamps: readonly RFC3161SignedTimestamp[];
}

/** A service that shows when a signature was made: a transparency log or a timestamp authority. */
export interface Witness {
  readonly kind: 'log' | 'timestamp';
  /** Throws `KEY` if it cannot witness this key's signatures; absent: it can. */
  readonly serves?: ((key: KeyObject) => Promise<void>) | undefined;
  /** `verifier` is the public key or the certificate in PEM. Throws `SIGNATURE` or `UNREACHABLE`. */
  readonly testify: (content: Bundle['content'], verifier: string) => Promise<WitnessMaterial>;
}

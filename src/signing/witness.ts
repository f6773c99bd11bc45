import type { Bundle, RFC3161SignedTimestamp, TransparencyLogEntry } from '@sigstore/bundle';

/** What witnesses add to a signature. */
interface Testimony {
  readonly entries: readonly TransparencyLogEntry[];
  readonly timestamps: readonly RFC3161SignedTimestamp[];
}

/** Somebody who testifies when a signature was made: a transparency log, or a timestamp authority. */
export interface Witness {
  readonly kind: 'log' | 'timestamp';
  /** `verifier` is the public key or the certificate in PEM. Throws `SIGNATURE` or `UNREACHABLE`. */
  readonly testify: (content: Bundle['content'], verifier: string) => Promise<Testimony>;
}

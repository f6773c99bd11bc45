import { getCACertificates } from 'node:tls';

/** What TLS with a host needs besides the usual, each in PEM. */
export interface TlsSettings {
  /** Authorities that are trusted besides the usual ones. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** The same as Node's TLS takes it. */
export function connectionTls({ ca, certificate, key }: TlsSettings = {}) {
  return {
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  };
}

import { getCACertificates } from 'node:tls';

/** The TLS settings of a host, each in PEM. */
export interface TlsSettings {
  /** Authorities that are trusted besides the usual ones. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** The settings in the form that Node's TLS takes. */
export function connectionTls({ ca, certificate, key }: TlsSettings = {}) {
  return {
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  };
}

import { createHash } from 'node:crypto';
import type { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import type { Tiles } from './sigstore-rekor-2.ts';

/** The parts of a Sigstore. */
export interface SigstoreParts {
  readonly url: string;
  readonly ca: Awaited<ReturnType<typeof initializeCA>>;
  readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
  readonly tLog: Awaited<ReturnType<typeof initializeTLog>>;
  readonly tiles: Pick<Tiles, 'publicKey' | 'logId'>;
  readonly tsa: Awaited<ReturnType<typeof initializeTSA>>;
}

/** A trusted root that knows them; see https://github.com/sigstore/protobuf-specs. */
export function trustedRootOf({ url, ca, ctLog, tLog, tiles, tsa }: SigstoreParts): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(url, tLog.publicKey), logOf(url, tiles.publicKey, tiles)],
    ctlogs: [logOf(`${url}/ct`, ctLog.publicKey)],
    certificateAuthorities: [authorityOf(url, 'sigstore', [ca.rootCertificate])],
    timestampAuthorities: [
      authorityOf(`${url}/api/v1/timestamp`, 'tsa', [tsa.intCertificate, tsa.rootCertificate]),
    ],
  };
}

const START = '2020-01-01T00:00:00Z';

function logOf(baseUrl: string, publicKey: Buffer, tiles?: Pick<Tiles, 'logId'>): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: tiles === undefined ? 'PKIX_ECDSA_P256_SHA_256' : 'PKIX_ED25519',
      validFor: { start: START },
    },
    logId: { keyId: (tiles?.logId ?? createHash('sha256').update(publicKey).digest()).toString('base64') },
  };
}

function authorityOf(uri: string, commonName: string, certificates: readonly ArrayBufferView[]): object {
  return {
    subject: { organization: 'sigstore.mock', commonName },
    uri,
    certChain: { certificates: certificates.map(bytes => ({ rawBytes: base64(bytes) })) },
    validFor: { start: START },
  };
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

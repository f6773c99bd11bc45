import type { initializeTSA } from '@sigstore/mock';
import type { SigstoreAnswer } from './sigstore.ts';

type TSA = Awaited<ReturnType<typeof initializeTSA>>;

/** The head of a SHA-256 in a request, as DER. */
const SHA256 = Buffer.from('300d060960864801650304020105000420', 'hex');

/** Answers a request of RFC 3161 for the timestamp of a SHA-256. */
export async function stampOf(tsa: TSA, query: Buffer): Promise<SigstoreAnswer> {
  const start = query.indexOf(SHA256);
  if (start < 0) return { status: 400, body: 'only SHA-256' };
  const artifactHash = query.subarray(start + SHA256.length, start + SHA256.length + 32);
  const body = await tsa.timestamp({
    artifactHash,
    hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    nonce: 1,
    policyOID: '1.3.6.1.4.1.57264.2',
    certReq: true,
  });
  return { status: 201, body, headers: { 'content-type': 'application/timestamp-reply' } };
}

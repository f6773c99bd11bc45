import { generateKeyPair, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { SigningKey } from '../signer.ts';
import { type IdentityToken, subjectOf } from './identity-token.ts';
import { askService, jsonBody, parseAnswer, type Service } from './service.ts';

const OPERATION = 'certify signing key';

/** Milliseconds for which a certificate must still be valid when its key is used. */
const MARGIN = 120_000;

const chainSchema = z.object({
  chain: z.object({ certificates: z.tuple([z.string()], z.string()) }),
});

const answerSchema = z.union([
  z
    .object({ signedCertificateEmbeddedSct: chainSchema })
    .transform(answer => answer.signedCertificateEmbeddedSct),
  z
    .object({ signedCertificateDetachedSct: chainSchema })
    .transform(answer => answer.signedCertificateDetachedSct),
]);

/**
 * Returns a key in memory that Fulcio certified for the token's identity. It stays until the certificate
 * expires. Throws `SIGNATURE` or `UNREACHABLE`. https://github.com/sigstore/fulcio/blob/main/fulcio.proto
 */
export function certifiedKeys(
  service: Service,
  token: IdentityToken,
  now: () => number,
): () => Promise<SigningKey> {
  let current: Promise<Certified> | undefined;
  return async () => {
    const previous = current;
    // The caller that requested that key got its error; this caller requests another key.
    const known = await previous?.catch(() => undefined);
    if (known !== undefined && known.until > now() + MARGIN) return known.key;
    // Another caller may have requested the next key already, after waiting for the same one.
    const next = current === previous || current === undefined ? certify(service, token) : current;
    current = next;
    return (await next).key;
  };
}

interface Certified {
  readonly key: SigningKey;
  /** In milliseconds. */
  readonly until: number;
}

async function certify(service: Service, token: IdentityToken): Promise<Certified> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const certificates = await requestCertificates(service, await token(), publicKey, data =>
    signed(data, privateKey),
  );
  const key = { publicKey, certificates, sign: (data: Uint8Array) => signed(data, privateKey) };
  return { key, until: expiryOf(certificates[0]) };
}

async function requestCertificates(
  service: Service,
  token: string,
  publicKey: KeyObject,
  prove: (data: Uint8Array) => Promise<Buffer>,
): Promise<readonly [string, ...string[]]> {
  const proof = await prove(Buffer.from(subjectOf(token)));
  const content = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const answer = await askService({
    service,
    operation: OPERATION,
    path: '/api/v2/signingCert',
    body: jsonBody({
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content },
        proofOfPossession: proof.toString('base64'),
      },
    }),
    hint: 'the identity token must be meant for the audience sigstore, and its issuer known to signing.fulcio',
  });
  return parseAnswer(answerSchema, answer, OPERATION).chain.certificates;
}

function signed(data: Uint8Array, key: KeyObject): Promise<Buffer> {
  return promisify(sign)('sha256', data, key);
}

function expiryOf(certificate: string): number {
  try {
    return new X509Certificate(certificate).validToDate.getTime();
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('SIGNATURE', `${OPERATION}: what came back is no certificate in PEM`, { cause });
  }
}

import { fulcioHandler, type initializeCA } from '@sigstore/mock';
import { z } from 'zod';
import type { Asked, SigstoreAnswer } from './sigstore.ts';

type CA = Awaited<ReturnType<typeof initializeCA>>;

const oldRequest = z.object({ publicKey: z.object({ content: z.base64() }) });

const chain = z.object({
  signedCertificateEmbeddedSct: z.object({ chain: z.object({ certificates: z.array(z.string()) }) }),
});

/** Fulcio's version 2, which takes the token in the body or as a bearer's. */
export function fulcioOf(ca: CA): (asked: Asked) => Promise<SigstoreAnswer> {
  const { fn } = fulcioHandler(ca);
  return async ({ body, bearer }) => {
    const request: object = JSON.parse(body.toString());
    const credentials = bearer === undefined ? {} : { credentials: { oidcIdentityToken: bearer } };
    const {
      statusCode,
      response,
      contentType = '',
    } = await fn(JSON.stringify({ ...request, ...credentials }));
    return {
      status: statusCode === 201 ? 200 : statusCode,
      body: response,
      headers: { 'content-type': contentType },
    };
  };
}

/** Fulcio's version 1, as cosign 2 speaks it. */
export function oldFulcioOf(ca: CA): (asked: Asked) => Promise<SigstoreAnswer> {
  const certify = fulcioOf(ca);
  return async ({ path, body, bearer }) => {
    const { publicKey } = oldRequest.parse(JSON.parse(body.toString()));
    const content = Buffer.from(publicKey.content, 'base64').toString();
    const request = Buffer.from(JSON.stringify({ publicKeyRequest: { publicKey: { content } } }));
    const answer = await certify({ path, body: request, bearer });
    const { signedCertificateEmbeddedSct } = chain.parse(JSON.parse(`${answer.body}`));
    return {
      status: 201,
      body: signedCertificateEmbeddedSct.chain.certificates.join('\n'),
      headers: { 'content-type': 'application/pem-certificate-chain' },
    };
  };
}

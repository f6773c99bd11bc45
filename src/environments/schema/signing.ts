import { z } from 'zod';
import { key, text } from './text.ts';

/** Who a certificate of Fulcio was issued to, and by which identity provider. */
export const identitySchema = z.strictObject({
  identity: text.describe("The certificate's subject alternative name."),
  issuer: text.describe('The OpenID Connect issuer.'),
});

/** How promoted images are signed. */
export const signingSchema = z
  .strictObject({
    key: key
      .exactOptional()
      .describe('The private key: a path, env://NAME, or the URI of a key management service.'),
    keyless: identitySchema.exactOptional().describe("Sign with the CI's identity in place of a key."),
    publicKey: key
      .exactOptional()
      .describe('The public key, by which our own signatures are recognised without the private one.'),
    trusted: z
      .array(z.union([key, identitySchema]))
      .exactOptional()
      .describe('Further public keys or identities of ours, for rotation.'),
    formats: z
      .array(z.enum(['bundle', 'legacy']))
      .min(1)
      .exactOptional()
      .describe('Sigstore bundles, or tags as cosign 2 reads them; default: [bundle].'),
    trustedRoot: text.exactOptional().describe("Path to Sigstore's trusted root; default: the public one."),
    fulcio: z.url().exactOptional().describe('The certificate authority.'),
    rekor: z.url().exactOptional().describe('The transparency log.'),
    tsa: z.url().exactOptional().describe('The timestamp authority.'),
  })
  .refine(
    ({ key, keyless }) => (key === undefined) !== (keyless === undefined),
    'signing needs a `key`, or else `keyless`',
  );

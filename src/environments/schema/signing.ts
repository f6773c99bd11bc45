import { z } from 'zod';
import { key, repository, text } from '../text.ts';
import { identitySchema } from '../trusted-source.ts';

const keylessSchema = z.strictObject({
  identity: text.describe("The subject alternative name that our certificates' must be, exactly."),
  issuer: text.describe('The OpenID Connect issuer that they must name.'),
  tokenFile: text
    .exactOptional()
    .describe("A file that holds the identity token; default: the CI's own, or SIGSTORE_ID_TOKEN."),
});

const url = z.url({ protocol: /^https?$/ });
const service = z.union([z.boolean(), url]);

const logSchema = z.strictObject({
  url: url.exactOptional().describe('Its URL; default: the public one of that version.'),
  version: z.literal([1, 2]).describe('The major version of its API.'),
});

/** How promoted images are signed. */
export const signingSchema = z
  .strictObject({
    key: key
      .exactOptional()
      .describe('The private key: a path, env://NAME, or the URI of a key management service.'),
    keyless: keylessSchema.exactOptional().describe("Sign with the CI's identity in place of a key."),
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
    repository: repository
      .exactOptional()
      .describe(
        'A repository that evidence is kept in instead of beside the images, as COSIGN_REPOSITORY names it.',
      ),
    vsa: z
      .boolean()
      .exactOptional()
      .describe(
        'Whether each promotion leaves a SLSA verification summary beside its record; default: false.',
      ),
    trustedRoot: text.exactOptional().describe("Path to Sigstore's trusted root; default: the public one."),
    fulcio: url.exactOptional().describe('The certificate authority; default: the public one.'),
    rekor: z
      .union([z.boolean(), url, logSchema])
      .exactOptional()
      .describe(
        "The transparency log: its URL (Rekor's version 1), a URL with a version, or the public one's version. " +
          'true: the public one, false: none. Default: true for keyless.',
      ),
    tsa: service
      .exactOptional()
      .describe('The timestamp authority: its URL, true: the public one, false: none. Default: false.'),
  })
  .refine(
    ({ key, keyless }) => (key === undefined) !== (keyless === undefined),
    'signing needs a `key`, or else `keyless`',
  );

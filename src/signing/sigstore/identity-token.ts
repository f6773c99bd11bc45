import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';

/**
 * Fetches a fresh OpenID Connect token for whoever runs this. Throws `SIGNATURE` or `UNREACHABLE`, never with the token
 * in the error.
 */
export type IdentityToken = () => Promise<string>;

const claimsSchema = z.object({
  sub: z.string().min(1),
  email: z.string().exactOptional(),
  email_verified: z.union([z.boolean(), z.string()]).exactOptional(),
});

/** The token's subject, which Fulcio requires signed as a proof of the key; throws `SIGNATURE`. */
export function subjectOf(token: string): string {
  const { sub, email, email_verified } = claimsSchema.safeParse(claimsOf(token)).data ?? {};
  const subject = email ? `${email_verified}` === 'true' && email : sub;
  if (subject) return subject;
  throw new PromoteError(
    'SIGNATURE',
    'read identity token: it is no JWT with a subject or a verified e-mail',
    {
      hint: 'let the CI issue a token for the audience sigstore: SIGSTORE_ID_TOKEN, or id-token: write on GitHub',
    },
  );
}

/** Reads the token's claims; Fulcio verifies them. */
function claimsOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

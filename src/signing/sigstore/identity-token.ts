import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';

/**
 * Fetches a new OpenID Connect token for the identity of this run. Throws `SIGNATURE` or `UNREACHABLE`; the
 * error never contains the token.
 */
export type IdentityToken = () => Promise<string>;

const claimsSchema = z.object({
  sub: z.string().min(1),
  email: z.string().exactOptional(),
  email_verified: z.union([z.boolean(), z.string()]).exactOptional(),
});

/** The token's subject. Its signature proves the key to Fulcio. Throws `SIGNATURE`. */
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

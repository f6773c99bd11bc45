import { PromoteError } from '../errors.ts';
import { authenticate } from './authenticate.ts';
import { namesIn } from './certificate-names.ts';
import { type SignedContent, toEntity, withoutWitnesses } from './signed-content.ts';
import type { Trust } from './trust.ts';
import { matchesName, type TrustedSigner } from './trusted-signer.ts';

/**
 * Checks that the certificate is for our own identity, before anything is sent to a public log. Throws
 * `SIGNATURE` otherwise.
 */
export function requireOwnIdentity(content: SignedContent, signers: readonly TrustedSigner[]): void {
  const { key } = toEntity(withoutWitnesses(content));
  const own = signers.filter(signer => signer.kind === 'certificate');
  const [first] = own;
  if (key.$case !== 'certificate' || first === undefined) return;
  const { identity, issuer } = namesIn(key.certificate);
  if (own.some(one => matchesName(one.identity, identity) && matchesName(one.issuer, issuer))) return;
  const near = own.find(one => matchesName(one.identity, identity)) ?? first;
  for (const [what, match, name] of [
    ['identity', near.identity, identity],
    ['issuer', near.issuer, issuer],
  ] as const) {
    if (matchesName(match, name)) continue;
    const expected = match.kind === 'exact' ? match.text : match.pattern;
    throw new PromoteError(
      'SIGNATURE',
      `sign: the certificate's ${what} is ${JSON.stringify(name)}, expected ${JSON.stringify(expected)}`,
      { hint: `correct signing.keyless.${what}, or run where that identity is at hand` },
    );
  }
}

/** Checks that we would accept this signature; throws `SIGNATURE` otherwise. */
export async function requireAcceptable(content: SignedContent, trust: Trust): Promise<void> {
  const outcome = await authenticate(content, trust);
  if (outcome.kind === 'authenticated') return;
  throw new PromoteError(
    'SIGNATURE',
    `sign: what was made does not verify: ${outcome.reason}: ${outcome.detail}`,
    {
      hint: 'signing.trustedRoot has to be the trusted root of fulcio, rekor and tsa; publicKey that of key',
    },
  );
}

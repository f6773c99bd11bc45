import { requirementOf, type Signer } from '../signer.ts';
import type { TrustedRoot } from '../trust.ts';
import { type IdentityMatch, trustedIdentity } from '../trusted-signer.ts';
import type { Witness } from '../witness.ts';
import { certifiedKeys } from './fulcio.ts';
import type { IdentityToken } from './identity-token.ts';
import type { Service } from './service.ts';

interface Keyless {
  readonly fulcio: Service;
  readonly token: IdentityToken;
  readonly witnesses: readonly Witness[];
  readonly root: TrustedRoot;
}

/** Signs with keys that Fulcio certifies for an identity. A certificate for another identity is refused. */
export function keylessSigner(
  settings: Keyless & {
    /** The exact identity that our certificates are issued to, and its identity provider. */
    readonly identity: string;
    readonly issuer: string;
  },
): Signer {
  const { identity, issuer } = settings;
  const match = {
    identity: { kind: 'exact', text: identity },
    issuer: { kind: 'exact', text: issuer },
  } as const;
  return signerAsOneOf(settings, [match]);
}

/** Signs as the token's identity, which must match one of these. */
export function signerAsOneOf(
  { fulcio, token, witnesses, root }: Keyless,
  matches: readonly IdentityMatch[],
): Signer {
  const requires = requirementOf(witnesses);
  return {
    key: certifiedKeys(fulcio, token, Date.now),
    witnesses,
    trust: { signers: matches.map(match => trustedIdentity(match, requires)), root },
  };
}

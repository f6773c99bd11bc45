import { requirementOf, type Signer } from '../signer.ts';
import type { TrustedRoot } from '../trust.ts';
import { trustedIdentity } from '../trusted-signer.ts';
import type { Witness } from '../witness.ts';
import { certifiedKeys } from './fulcio.ts';
import type { IdentityToken } from './identity-token.ts';
import type { Service } from './service.ts';

/** Signs with keys that Fulcio certifies for an identity; a certificate for another identity is refused. */
export function keylessSigner(settings: {
  readonly fulcio: Service;
  readonly token: IdentityToken;
  /** The exact identity that our certificates are issued to, and its identity provider. */
  readonly identity: string;
  readonly issuer: string;
  readonly witnesses: readonly Witness[];
  readonly root: TrustedRoot;
}): Signer {
  const { fulcio, token, identity, issuer, witnesses, root } = settings;
  const match = {
    identity: { kind: 'exact', text: identity },
    issuer: { kind: 'exact', text: issuer },
  } as const;
  return {
    key: certifiedKeys(fulcio, token, Date.now),
    witnesses,
    trust: { signers: [trustedIdentity(match, requirementOf(witnesses))], root },
  };
}

import type { Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Effects } from '../run/effects.ts';
import { keyId } from '../signing/public-key.ts';
import type { SigningKey } from '../signing/signer.ts';

/** Throws `KEY` for a key that signs images: cosign 3 takes any attestation by a key as a signature. */
export async function assertSignsNoImages(
  effects: Pick<Effects, 'signing'>,
  { environments }: Environments,
  { publicKey }: SigningKey,
  told: { readonly doing: string; readonly key: string; readonly hint: string },
): Promise<void> {
  const own = keyId(publicKey);
  for (const environment of environments) {
    if (environment.signing === undefined) continue;
    const { trust } = await effects.signing(environment.signing);
    if (!trust.signers.some(signer => signer.kind === 'key' && keyId(signer.key) === own)) continue;
    throw new PromoteError('KEY', `${told.doing}: ${told.key} signs the images of ${environment.name}`, {
      hint: `cosign takes any attestation by a key for a signature by it: ${told.hint}`,
    });
  }
}

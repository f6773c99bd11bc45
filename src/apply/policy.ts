import { policyHash, publicKeysOf } from '../environments/hash.ts';
import type { Digest } from '../oci/digest.ts';
import { keyId } from '../signing/public-key.ts';
import type { Run } from './run.ts';

/**
 * The hash of what governs promotions into an environment, with each public key that it names read. Throws `KEY` or
 * `NOT_FOUND` where one cannot be.
 */
export async function readPolicy({
  effects,
  environments,
  environment,
}: Pick<Run, 'effects' | 'environments' | 'environment'>): Promise<Digest> {
  const ids = publicKeysOf(environment).map(async key => {
    const signer = { kind: 'key', key } as const;
    const { signers } = await effects.trust({ signer, images: [], children: false });
    return signers.flatMap(known => (known.kind === 'key' ? [[key, keyId(known.key)] as const] : []));
  });
  return policyHash(environments, environment, new Map((await Promise.all(ids)).flat()));
}

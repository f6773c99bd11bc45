import { formerPolicyHash, imagePolicyHash, policyHash, publicKeysOf } from '../environments/hash.ts';
import type { Candidate } from '../plan/candidates.ts';
import { assemblePlan, formerDigest, type Plan } from '../plan/plan.ts';
import type { PlanBook } from '../proposals/decided.ts';
import { keyId } from '../signing/public-key.ts';
import type { Run } from './run.ts';

/**
 * Names the plans of one kind in a run's environment, with each public key that governs it read. Throws `KEY` or
 * `NOT_FOUND` where one cannot be.
 */
export async function readPlanBook(
  { effects, environments, environment, base }: Run,
  kind: Plan['kind'] = 'promotion',
): Promise<PlanBook> {
  const ids = publicKeysOf(environment).map(async key => {
    const signer = { kind: 'key', key } as const;
    const { signers } = await effects.trust({ signer, images: [], children: false });
    return signers.flatMap(known => (known.kind === 'key' ? [[key, keyId(known.key)] as const] : []));
  });
  const keys = new Map((await Promise.all(ids)).flat());
  return {
    planOf: (group: string, members: readonly Candidate[]) => {
      const policy = policyHash(environment, keys, group);
      const imagePolicy = (image: string) => imagePolicyHash(environments, environment, keys, image);
      return assemblePlan({ kind, base, environment, group, policy, imagePolicy, members });
    },
    formerDigest: plan => formerDigest(plan, base, formerPolicyHash(environments, environment, keys)),
  };
}

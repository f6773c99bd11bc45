import type { Environment, Environments } from '../../environments/environments.ts';
import { APPROVAL_AGE, type SignedApproval } from '../../environments/gates/signed-approval.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { milliseconds } from '../../environments/text.ts';
import { PromoteError } from '../../errors.ts';
import {
  type ApprovedImage,
  type LoadedApprover,
  loadApprovers,
  readAttached,
  verifyAll,
} from '../../facts/read-approvals.ts';
import type { ApprovalClaim, FoundApproval } from '../../gates/approvals.ts';
import { parseReference, parseRepositoryName } from '../../oci/reference.ts';
import { movedPin } from '../../plan/compare.ts';
import { commandOn } from '../../plan/invocation.ts';
import type { Plan } from '../../plan/plan.ts';
import { repositoryAddress } from '../../plan/repository-address.ts';
import { signApproval } from '../../records/approval.ts';
import type { Approved } from '../../reports/approve.ts';
import type { Effects } from '../../run/effects.ts';
import { readLastPinned } from '../../run/last-pinned.ts';
import { readPins } from '../../run/read-pins.ts';
import { keyId } from '../../signing/public-key.ts';
import type { Signer } from '../../signing/signer.ts';
import { attachApproval } from './attach-approval.ts';

/** How a plan is approved. */
export interface Approving {
  /** Opens the key or finds the identity, which must be that of one of the people who may approve. */
  readonly signer: (people: readonly LoadedApprover[]) => Promise<Signer>;
  /** How long the approval counts, in milliseconds; absent: a week, or the gate's maximum. */
  readonly lasts?: number | undefined;
  /** Whether the approval is attached to the source images. */
  readonly attach: boolean;
}

/** A plan's approval, and its bundle. */
export interface SignedPlan {
  readonly approved: Approved;
  readonly bundle: Uint8Array;
}

/**
 * Signs the approval of one plan of the environment's present pins. Throws `CONFIGURATION` if its approval is
 * not by signature, `PLAN_CHANGED` if its pins have changed, and `KEY` if the signer may not approve.
 */
export async function approvePlan(
  effects: Effects,
  environments: Environments,
  plan: Plan,
  { signer, lasts, attach }: Approving,
): Promise<SignedPlan> {
  const environment = environmentNamed(environments, plan.environment);
  const gate = signedOf(environment, plan);
  const people = await loadApprovers(effects, gate.signers);
  const members = await membersOf(effects, environments, environment, plan);
  const now = effects.now();
  const span = lifetime(gate, environment, lasts);
  const claim: ApprovalClaim = {
    environment: environment.name,
    planDigest: plan.digest,
    members,
    time: now.toISOString(),
    expires: new Date(now.getTime() + span).toISOString(),
  };
  const images = attach ? imagesOf(plan) : [];
  const attached = images.map(({ repository, digest }) => `${repository}@${digest}`);
  const opened = await signer(people);
  const before = await standing(effects, people, images, claim, opened);
  if (before !== undefined) {
    const { claim, bundle } = before;
    const { person, signer: by } = claim;
    return { approved: { plan, person: person.name, signer: by, claim, attached, changed: false }, bundle };
  }
  const bundle = await signApproval(opened, claim);
  const [made] = await verifyAll(people, [{ place: 'the signature', isGiven: true, read: bundle }]);
  if (made === undefined || 'refusal' in made)
    throw new PromoteError('KEY', `approve: ${made?.refusal ?? 'the signature is no approval'}`, {
      hint: `sign with a key or an identity of one of those who may approve: ${gate.signers.map(({ name }) => name).join(', ')}`,
    });
  for (const image of images) await attachApproval(effects.store(image.repository), image, claim, bundle);
  const approved = { plan, person: made.person.name, signer: made.signer, claim, attached, changed: true };
  return { approved, bundle };
}

function signedOf({ name, gates, rollback }: Environment, { kind }: Plan): SignedApproval {
  const { signed } = (kind === 'rollback' ? rollback : gates)?.approval ?? {};
  if (signed !== undefined) return signed;
  const part = kind === 'rollback' ? 'rollback' : 'gates';
  throw new PromoteError('CONFIGURATION', `environments.${name}.${part}.approval: it is not by signature`, {
    hint: 'write `by: signature` and its `signers`, or approve as the file says',
  });
}

/** The plan's members with the commits that pin them now; the plan must be of the same repository. */
async function membersOf(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  plan: Plan,
): Promise<ApprovalClaim['members']> {
  const files = await readPins({ effects, environments, environment });
  const here = repositoryAddress(files.repository.name);
  if (here !== plan.repository || files.head.branch !== plan.branch)
    throw new PromoteError(
      'USAGE',
      `approve: the plan is of ${plan.repository} on ${plan.branch}, and ${environment.name} is in ${here} on ${files.head.branch}`,
      { hint: 'name the environments file that the plan was made with: --file <path>' },
    );
  const moved = movedPin(plan, files.pins);
  if (moved !== undefined)
    throw new PromoteError('PLAN_CHANGED', `approve: the plan no longer applies: ${moved}`, {
      hint: `make it again: ${commandOn(environments, 'plan', environment.name)}`,
    });
  const images = new Set(plan.promotions.map(({ image }) => image));
  const pinnedBy = await readLastPinned(files, environment, images);
  return plan.promotions.map(({ image, digest }) => {
    const commit = pinnedBy.get(image);
    if (commit !== undefined) return { image, digest, pinnedBy: commit };
    throw new PromoteError(
      'NOT_FOUND',
      `approve: the history that was read does not show which commit pins ${image}`,
      { hint: 'fetch the whole history, or commit its pin anew' },
    );
  });
}

function lifetime({ maxAge }: SignedApproval, { name }: Environment, lasts: number | undefined): number {
  if (lasts === undefined) return Math.min(milliseconds(APPROVAL_AGE), maxAge);
  if (lasts <= maxAge) return lasts;
  throw new PromoteError(
    'USAGE',
    `approve: in ${name} an approval counts for at most ${maxAge / 3_600_000} h`,
    {
      hint: 'name a shorter --expires-in, or raise maxAge of the approval',
    },
  );
}

/** The images at which the gate looks for approvals: a promotion's sources, a rollback's targets. */
function imagesOf({ kind, promotions }: Plan): readonly ApprovedImage[] {
  return promotions.map(({ source, targets, digest }) => {
    const [first] = targets;
    const repository =
      kind === 'rollback' && first !== undefined
        ? parseRepositoryName(first.repository)
        : parseReference(source).repository;
    return { repository, digest };
  });
}

/**
 * A valid approval with the same claim by the same key, if each of the images has one; then nothing is
 * signed. A signer without a fixed key signs again.
 */
async function standing(
  effects: Effects,
  people: readonly LoadedApprover[],
  images: readonly ApprovedImage[],
  claim: ApprovalClaim,
  { trust }: Signer,
): Promise<Standing | undefined> {
  const [own, ...others] = trust.signers;
  if (own?.kind !== 'key' || others.length > 0 || images.length === 0) return undefined;
  const signer = keyId(own.key);
  const read = images.map(async (image): Promise<Standing | undefined> => {
    for (const one of await readAttached(effects, [image])) {
      const [found] = await verifyAll(people, [one]);
      if (found === undefined || !('person' in found) || 'kind' in one.read) continue;
      if (found.signer === signer && saysTheSame(found, claim)) return { claim: found, bundle: one.read };
    }
    return undefined;
  });
  const found = await Promise.all(read);
  return found.every(one => one !== undefined) ? found[0] : undefined;
}

/** An approval that is still valid, and its bundle. */
interface Standing {
  readonly claim: FoundApproval;
  readonly bundle: Uint8Array;
}

function saysTheSame(one: ApprovalClaim, claim: ApprovalClaim): boolean {
  const pinned = ({ members }: ApprovalClaim) =>
    JSON.stringify(members.map(({ image, pinnedBy }) => [image, pinnedBy]));
  return (
    one.planDigest === claim.planDigest &&
    Date.parse(one.expires) > Date.parse(claim.time) &&
    pinned(one) === pinned(claim)
  );
}

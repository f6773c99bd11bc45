import { z } from 'zod';
import type { ApprovalClaim } from '../gates/approvals.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { signStatement } from '../signing/bundle.ts';
import type { Signer } from '../signing/signer.ts';
import { digestSetOf, inTotoStatement, parseStatement, type Statement } from '../signing/statement.ts';
import { parseBundle } from '../signing/verify.ts';

/** The predicate type of our approvals. */
export const APPROVAL = 'https://gitops-promote.dev/approval/v1';

const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value));

const claimSchema: z.ZodType<ApprovalClaim> = z.object({
  environment: z.string(),
  planDigest: digest,
  members: z.array(z.object({ image: z.string(), digest, pinnedBy: z.string().nullable() })).min(1),
  time: z.iso.datetime(),
  expires: z.iso.datetime(),
});

/**
 * The approval as a statement. Its first subject is the plan, which is what was approved. Its others are the images,
 * so that tools find it at them.
 */
function approvalStatement(claim: ApprovalClaim): Statement {
  const { planDigest, members } = claim;
  const statement = inTotoStatement({
    digest: planDigest,
    name: 'plan',
    predicateType: APPROVAL,
    predicate: claim,
  });
  const images = new Map(
    members.map(({ image, digest }) => [digest, { name: image, digest: digestSetOf(digest) }]),
  );
  return { ...statement, subject: [...statement.subject, ...images.values()] };
}

/** Signs an approval as a Sigstore bundle; throws `SIGNATURE` if it would not verify. */
export async function signApproval(signer: Signer, claim: ApprovalClaim): Promise<Uint8Array> {
  return await signStatement(signer, approvalStatement(claim));
}

/** Reads a verified statement's approval; `undefined` where it is none. */
export function parseApproval({ predicateType, predicate }: Statement): ApprovalClaim | undefined {
  return predicateType === APPROVAL ? claimSchema.safeParse(predicate).data : undefined;
}

/** The plan that a bundle says it approves. It is not verified, and only says what to look for. */
export async function claimedPlan(bytes: Uint8Array): Promise<Digest | undefined> {
  const bundle = await parseBundle(bytes);
  if ('kind' in bundle || bundle.content.$case !== 'dsseEnvelope') return undefined;
  const statement = parseStatement(bundle.content.dsseEnvelope.payload);
  return statement && parseApproval(statement)?.planDigest;
}

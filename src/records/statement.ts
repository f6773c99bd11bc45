import { z } from 'zod';
import type { Approval } from '../gates/approvals.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Base } from '../plan/snapshot.ts';
import { inTotoStatement, type Statement } from '../signing/statement.ts';

/** The predicate type of our records. */
export const PROMOTION = 'https://gitops-promote.dev/promotion/v1';

/** What is signed about a promotion of one image into one target repository: a release, not a deployment. */
export interface PromotionRecord {
  /** `rollback`: a rollback pinned the digest again. Older records without a kind are of promotions. */
  readonly kind: 'promotion' | 'rollback';
  /**
   * `from` is `build` for an entry environment. Of several sources it is the one that the bytes come from.
   * `sources` lists all of them, as the environments file does.
   */
  readonly environment: {
    readonly from: string;
    readonly to: string;
    readonly sources?: NonNullable<Plan['from']>;
  };
  /** The reference the image was copied from. */
  readonly source: string;
  readonly target: { readonly repository: string; readonly tags: readonly string[] };
  readonly digest: Digest;
  readonly planDigest: Digest;
  /** The hash of the environment's normalised policy. */
  readonly environmentsHash: Digest;
  readonly approvals: readonly Approval[];
  readonly verdicts: readonly RecordedVerdict[];
  /** The commit that everything was decided on, never the commit that results. */
  readonly base: Base;
  readonly pullRequestUrl?: string;
  /** The page of the CI's run. */
  readonly runUrl?: string;
  readonly requestedBy?: string;
  /** ISO 8601, in UTC. */
  readonly time: string;
}

/** A gate's answer when the promotion was carried out; `evidence` are the digests it was read from. */
export interface RecordedVerdict {
  readonly gate: string;
  readonly kind: 'open' | 'waiting' | 'closed';
  readonly reason: string;
  readonly evidence?: readonly Digest[];
}

const sources = z.union([z.object({ all: z.array(z.string()) }), z.object({ any: z.array(z.string()) })]);

const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value));

const person = { name: z.string(), id: z.string(), authenticated: z.literal(true) };

const approval = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stated'), name: z.string(), authenticated: z.literal(false) }),
  z.object({
    kind: z.literal('review'),
    ...person,
    at: z.iso.datetime(),
    url: z.string(),
    commit: z.string(),
  }),
  z.object({ kind: z.literal('comment'), ...person, at: z.iso.datetime(), url: z.string() }),
  z.object({
    kind: z.literal('environment'),
    ...person,
    environment: z.string(),
    url: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal('signature'),
    ...person,
    at: z.iso.datetime(),
    expires: z.iso.datetime(),
    manifest: digest.exactOptional(),
  }),
]);

const recordSchema: z.ZodType<PromotionRecord> = z.object({
  kind: z.literal(['promotion', 'rollback']).default('promotion'),
  environment: z.object({ from: z.string(), to: z.string(), sources: sources.exactOptional() }),
  source: z.string(),
  target: z.object({ repository: z.string(), tags: z.array(z.string()) }),
  digest,
  planDigest: digest,
  environmentsHash: digest,
  approvals: z.array(approval),
  verdicts: z.array(
    z.object({
      gate: z.string(),
      kind: z.literal(['open', 'waiting', 'closed']),
      reason: z.string(),
      evidence: z.array(digest).exactOptional(),
    }),
  ),
  base: z.object({ repository: z.string(), branch: z.string(), commit: z.string() }),
  pullRequestUrl: z.string().exactOptional(),
  runUrl: z.string().exactOptional(),
  requestedBy: z.string().exactOptional(),
  time: z.iso.datetime(),
});

/** The record as a statement, whose subject is the digest under the target repository's name. */
export function recordStatement(record: PromotionRecord): Statement {
  const { digest, target } = record;
  return inTotoStatement({ digest, name: target.repository, predicateType: PROMOTION, predicate: record });
}

/** Reads a verified statement's record; `undefined` where its predicate is none. */
export function parseRecord({ predicate }: Statement): PromotionRecord | undefined {
  return recordSchema.safeParse(predicate).data;
}

/** Whether two records are of one promotion: one of them counts. */
export function isSamePromotion(left: PromotionRecord, right: PromotionRecord): boolean {
  return promotionKey(left) === promotionKey(right);
}

/** The key of a record's promotion: digest, environment, target repository, plan, and its kind. */
function promotionKey({ digest, environment, target, planDigest, kind }: PromotionRecord): string {
  return JSON.stringify([digest, environment.to, target.repository, planDigest, kind]);
}

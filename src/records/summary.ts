import { z } from 'zod';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Store } from '../registry/store.ts';
import { PREDICATE_TYPE_HINT, uploadBundle } from '../signing/attach.ts';
import type { Attachable } from '../signing/attach-once.ts';
import { signStatement } from '../signing/bundle.ts';
import { type EvidenceSearch, findStatements } from '../signing/find.ts';
import { agrees } from '../signing/read.ts';
import type { Signer } from '../signing/signer.ts';
import { signerHint } from '../signing/signer-hint.ts';
import { digestSetOf, inTotoStatement, type Statement } from '../signing/statement.ts';
import { promotionHints } from './record.ts';
import type { PromotionRecord } from './statement.ts';

/** The predicate type of SLSA's verification summaries. https://slsa.dev/spec/v1.1/verification_summary */
export const SUMMARY = 'https://slsa.dev/verification_summary/v1';

/** The verifier is this program, whoever runs it. The signature says who ran it. */
const VERIFIER = 'https://gitops-promote.dev/verifier/v1';

/** SLSA's word for a build that nobody judged. */
const UNEVALUATED = 'SLSA_BUILD_LEVEL_UNEVALUATED';

/** Which promotion a record or summary is about. */
export interface PromotionKey {
  readonly environment: string;
  /** The target repository. */
  readonly repository: string;
  readonly digest: Digest;
  readonly planDigest: Digest;
  readonly kind: PromotionRecord['kind'];
}

/** What a verification summary says of a promotion that passed. */
export interface Summary extends PromotionKey {
  /** The hash of the policy, as the record has it. */
  readonly policy: Digest;
  /** Where that policy is written. */
  readonly policyUri: string;
  /** The manifests that were read as evidence: what the gates name, and the record. */
  readonly evidence: readonly Digest[];
  readonly levels: readonly string[];
  /** ISO 8601, in UTC. */
  readonly time: string;
}

/** The level of SLSA's build track; `undefined`: nobody judged it. */
export function buildLevel(level: number | undefined): string {
  return level === undefined ? UNEVALUATED : `SLSA_BUILD_LEVEL_${level}`;
}

const digestSet = z.record(z.string(), z.string()).refine(set => digestIn(set) !== undefined);
const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value));

const predicateSchema = z.object({
  verifier: z.object({ id: z.literal(VERIFIER) }),
  timeVerified: z.iso.datetime(),
  resourceUri: z.string(),
  policy: z.object({ uri: z.string(), digest: digestSet }),
  inputAttestations: z.array(z.object({ digest: digestSet })),
  verificationResult: z.literal('PASSED'),
  verifiedLevels: z.array(z.string()).min(1),
  gitopsPromote_promotion: z.object({
    environment: z.string(),
    repository: z.string(),
    planDigest: digest,
    kind: z.literal(['promotion', 'rollback']),
  }),
});

/** The summary as a statement about the digest. */
export function summaryStatement(summary: Summary): Statement {
  const { digest, environment, repository, planDigest, kind, policy, policyUri, evidence, levels } = summary;
  const predicate: z.infer<typeof predicateSchema> = {
    verifier: { id: VERIFIER },
    timeVerified: summary.time,
    resourceUri: resourceUri(repository, digest),
    policy: { uri: policyUri, digest: digestSetOf(policy) },
    inputAttestations: evidence.map(one => ({ digest: digestSetOf(one) })),
    verificationResult: 'PASSED',
    verifiedLevels: [...levels],
    gitopsPromote_promotion: { environment, repository, planDigest, kind },
  };
  return inTotoStatement({ digest, name: repository, predicateType: SUMMARY, predicate });
}

/**
 * Reads a verified statement's summary. `undefined` where it is no summary of ours that passed, or names one repository
 * and is about another.
 */
export function parseSummary({ predicate, subject }: Statement): Summary | undefined {
  const read = predicateSchema.safeParse(predicate).data;
  const about = digestIn(subject[0]?.digest ?? {});
  const policy = read && digestIn(read.policy.digest);
  if (read === undefined || about === undefined || policy === undefined) return undefined;
  const { gitopsPromote_promotion: promotion, inputAttestations, verifiedLevels } = read;
  if (read.resourceUri !== resourceUri(promotion.repository, about)) return undefined;
  return {
    ...promotion,
    digest: about,
    policy,
    policyUri: read.policy.uri,
    evidence: inputAttestations.flatMap(one => digestIn(one.digest) ?? []),
    levels: verifiedLevels,
    time: read.timeVerified,
  };
}

/** Signs the summary and gives the manifest to attach. */
export async function prepareSummary(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  summary: Summary,
): Promise<Attachable> {
  const bundle = await signStatement(signer, summaryStatement(summary));
  const hints = promotionHints(summary);
  const content = await uploadBundle(store, subject, bundle, {
    predicateType: SUMMARY,
    created: new Date(summary.time),
    annotations: { ...hints, ...signerHint(signer.trust) },
  });
  const isEqual: Attachable['isEqual'] = statement => {
    const other = parseSummary(statement);
    return other !== undefined && isOfPromotion(other, summary);
  };
  return { content, predicateType: SUMMARY, hints, isEqual };
}

/** Finds a summary of ours of one promotion; only what is signed decides. */
export async function findSummary(search: EvidenceSearch, key: PromotionKey): Promise<Summary | undefined> {
  for await (const { statement } of findStatements(search, SUMMARY, promotionHints(key))) {
    const summary = parseSummary(statement);
    if (summary !== undefined && isOfPromotion(summary, key)) return summary;
  }
  return undefined;
}

/**
 * How many summaries of ours there are of one promotion. There is more than one only where runs wrote at the same time
 * and the registry removes nothing.
 */
export async function countSummaries(search: EvidenceSearch, key: PromotionKey): Promise<number> {
  const hints = promotionHints(key);
  const claims = { ...hints, [PREDICATE_TYPE_HINT]: SUMMARY };
  const referrers = search.referrers.filter(referrer => agrees(referrer, claims));
  if (referrers.length < 2) return 1;
  let count = 0;
  for await (const { statement } of findStatements({ ...search, referrers }, SUMMARY, hints)) {
    const summary = parseSummary(statement);
    if (summary !== undefined && isOfPromotion(summary, key)) count += 1;
  }
  return Math.max(1, count);
}

/** Whether two summaries are of one promotion; only one of them counts. */
function isOfPromotion(left: PromotionKey, right: PromotionKey): boolean {
  return (['environment', 'repository', 'digest', 'planDigest', 'kind'] as const).every(
    name => left[name] === right[name],
  );
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md */
function resourceUri(repository: string, digest: Digest): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  const where = encodeURIComponent(repository).replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `pkg:oci/${encodeURIComponent(name)}@${encodeURIComponent(digest)}?repository_url=${where}`;
}

function digestIn(set: Readonly<Record<string, string>>): Digest | undefined {
  return Object.entries(set)
    .map(([algorithm, hex]) => `${algorithm}:${hex}`)
    .find(isDigest);
}

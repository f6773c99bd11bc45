import type { Digest } from '../oci/digest.ts';
import { PREDICATE_TYPE_HINT } from '../signing/attach.ts';
import { type EvidenceSearch, verifyBundles } from '../signing/find.ts';
import { agrees } from '../signing/read.ts';
import { nearest, type Refusal, type Refused } from '../signing/refusal.ts';
import type { Statement } from '../signing/statement.ts';
import type { Verified } from '../signing/verify.ts';
import { newestFirst } from './find.ts';
import { RECORD_HINTS } from './record.ts';
import { PROMOTION, type PromotionRecord, parseRecord } from './statement.ts';
import { parseSummary, SUMMARY, type Summary } from './summary.ts';

/** The promotion that a record or summary has to be of. */
export interface WantedRecord {
  readonly environment: string;
  /** The environment's own repositories of the image. */
  readonly repositories: readonly string[];
  /** Whether evidence counts that was made under the policy with this hash. */
  readonly isAccepted: (policy: Digest) => Promise<boolean>;
}

/** Why evidence does not count for its promotion: it is of another repository, or under another policy. */
type PromotionRefusal = 'other-repository' | 'policy-not-accepted';

/**
 * Why no record counts: there is none of that environment, or it is of another repository or under another
 * policy. A `Refusal` says what is wrong with the signature of a record that claims to count.
 */
export type RecordRefusal = Refusal | PromotionRefusal | 'no-record';

/** A record that counts, with the manifest that attaches it, or why none does. */
export type RecordJudgement =
  | {
      readonly kind: 'recorded';
      readonly record: PromotionRecord;
      readonly manifest: Digest;
      readonly by: Verified;
    }
  | {
      readonly kind: 'refused';
      readonly code: RecordRefusal;
      readonly detail: string;
    };

/** A verification summary that counts, with the manifest that attaches it, or why none does. */
export type SummaryJudgement =
  | { readonly kind: 'summarised'; readonly summary: Summary; readonly manifest: Digest }
  | {
      readonly kind: 'refused';
      readonly code: Refusal | PromotionRefusal | 'no-vsa';
      readonly detail: string;
    };

/** Looks for a record that counts, newest first. Only signed content decides; annotations give a reason. */
export async function judgeRecords(search: EvidenceSearch, wanted: WantedRecord): Promise<RecordJudgement> {
  const judged = await judgeClaims(search, wanted, RECORDS);
  if (judged.kind === 'refused') return { ...judged, code: judged.code ?? 'no-record' };
  const { claim, manifest, by } = judged;
  return { kind: 'recorded', record: claim, manifest, by };
}

/** Looks for a verification summary that counts, as for a record. */
export async function judgeSummaries(
  search: EvidenceSearch,
  wanted: WantedRecord,
): Promise<SummaryJudgement> {
  const judged = await judgeClaims(search, wanted, SUMMARIES);
  if (judged.kind === 'refused') return { ...judged, code: judged.code ?? 'no-vsa' };
  const { claim, manifest } = judged;
  return { kind: 'summarised', summary: claim, manifest };
}

/** A kind of statement about a promotion, and how to read which promotion that is. */
interface ClaimKind<Claim> {
  readonly name: string;
  readonly predicateType: string;
  readonly parse: (statement: Statement) => Claim | undefined;
  readonly about: (claim: Claim) => {
    readonly digest: Digest;
    readonly environment: string;
    readonly repository: string;
    readonly policy: Digest;
  };
}

const RECORDS: ClaimKind<PromotionRecord> = {
  name: 'record',
  predicateType: PROMOTION,
  parse: parseRecord,
  about: ({ digest, environment, target, environmentsHash }) => ({
    digest,
    environment: environment.to,
    repository: target.repository,
    policy: environmentsHash,
  }),
};

const SUMMARIES: ClaimKind<Summary> = {
  name: 'verification summary',
  predicateType: SUMMARY,
  parse: parseSummary,
  about: summary => summary,
};

type ClaimJudgement<Claim> =
  | { readonly kind: 'found'; readonly claim: Claim; readonly manifest: Digest; readonly by: Verified }
  /** `code` is absent if there is no evidence of that environment. */
  | {
      readonly kind: 'refused';
      readonly code?: Refusal | PromotionRefusal | undefined;
      readonly detail: string;
    };

async function judgeClaims<Claim>(
  search: EvidenceSearch,
  { environment, repositories, isAccepted }: WantedRecord,
  { name, predicateType, parse, about }: ClaimKind<Claim>,
): Promise<ClaimJudgement<Claim>> {
  const hints = { [RECORD_HINTS.environment]: environment };
  const claims = { ...hints, [PREDICATE_TYPE_HINT]: predicateType };
  const referrers = newestFirst(search.referrers);
  const claiming = new Set(referrers.filter(one => agrees(one, claims)).map(({ digest }) => digest));
  const unfit: Unfit = { unsound: [], others: new Set(), elsewhere: new Set(), policies: new Set() };
  for await (const found of verifyBundles({ ...search, referrers }, predicateType, hints)) {
    if (found.kind === 'refused') {
      if (claiming.has(found.manifest)) unfit.unsound.push(found);
      continue;
    }
    const claim = parse(found.statement);
    const of = claim && about(claim);
    if (claim === undefined || of?.digest !== search.digest) continue;
    if (of.environment !== environment) unfit.others.add(of.environment);
    else if (!repositories.includes(of.repository)) unfit.elsewhere.add(of.repository);
    else if (!(await isAccepted(of.policy))) unfit.policies.add(of.policy);
    else return { kind: 'found', claim, manifest: found.manifest, by: found };
  }
  return refusalOf(unfit, name, environment, repositories);
}

/** What was found instead of what counts. */
interface Unfit {
  readonly unsound: Refused[];
  readonly others: Set<string>;
  readonly elsewhere: Set<string>;
  readonly policies: Set<Digest>;
}

function refusalOf(
  { unsound, others, elsewhere, policies }: Unfit,
  name: string,
  environment: string,
  repositories: readonly string[],
): Extract<ClaimJudgement<never>, { kind: 'refused' }> {
  const listed = (names: ReadonlySet<string>) => [...names].toSorted().join(', ');
  if (policies.size > 0) {
    const detail = `it was promoted into ${environment} under the policy ${listed(policies)}, which is none that counts`;
    return { kind: 'refused', code: 'policy-not-accepted', detail };
  }
  if (elsewhere.size > 0) {
    const detail = `its ${name} is of ${listed(elsewhere)}, and ${environment} has ${repositories.join(', ')}`;
    return { kind: 'refused', code: 'other-repository', detail };
  }
  if (unsound.length > 0) {
    const { reason, detail } = nearest(unsound);
    return {
      kind: 'refused',
      code: reason,
      detail: `what says it was promoted into ${environment}: ${detail}`,
    };
  }
  const rest = others.size === 0 ? '' : `, only into ${listed(others)}`;
  const detail = `no ${name} of ours says that it was promoted into ${environment}${rest}`;
  return { kind: 'refused', detail };
}

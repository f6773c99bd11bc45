import type { Digest } from '../oci/digest.ts';
import { type EvidenceSearch, verifyBundles } from '../signing/find.ts';
import { agrees } from '../signing/read.ts';
import { nearest, type Refusal, type Refused } from '../signing/refusal.ts';
import type { Verified } from '../signing/verify.ts';
import { newestFirst } from './find.ts';
import { RECORD_HINTS } from './record.ts';
import { PROMOTION, type PromotionRecord, parseRecord } from './statement.ts';

/** Which promotion a record is wanted of. */
export interface WantedRecord {
  readonly environment: string;
  /** The environment's own repositories of the image. */
  readonly repositories: readonly string[];
  /** Whether records that were made under the policy with this hash count. */
  readonly isAccepted: (policy: Digest) => Promise<boolean>;
}

/**
 * Why no record counts: there is none of that environment, it is of another repository or under another policy, or what
 * is wrong with the signature of one that claims to be it.
 */
export type RecordRefusal = Refusal | 'no-record' | 'other-repository' | 'policy-not-accepted';

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

/** Looks for a record that counts, the newest first. Only what is signed decides; annotations say what to blame. */
export async function judgeRecords(search: EvidenceSearch, wanted: WantedRecord): Promise<RecordJudgement> {
  const { environment, repositories, isAccepted } = wanted;
  const hints = { [RECORD_HINTS.environment]: environment };
  const referrers = newestFirst(search.referrers);
  const claiming = new Set(referrers.filter(one => agrees(one, hints)).map(({ digest }) => digest));
  const unsound: Refused[] = [];
  const others = new Set<string>();
  const elsewhere = new Set<string>();
  const policies = new Set<Digest>();
  for await (const found of verifyBundles({ ...search, referrers }, PROMOTION, hints)) {
    if (found.kind === 'refused') {
      if (claiming.has(found.manifest)) unsound.push(found);
      continue;
    }
    const record = parseRecord(found.statement);
    if (record === undefined || record.digest !== search.digest) continue;
    if (record.environment.to !== environment) others.add(record.environment.to);
    else if (!repositories.includes(record.target.repository)) elsewhere.add(record.target.repository);
    else if (!(await isAccepted(record.environmentsHash))) policies.add(record.environmentsHash);
    else return { kind: 'recorded', record, manifest: found.manifest, by: found };
  }
  const listed = (names: ReadonlySet<string>) => [...names].toSorted().join(', ');
  if (policies.size > 0) {
    const detail = `it was promoted into ${environment} under the policy ${listed(policies)}, which is none that counts`;
    return { kind: 'refused', code: 'policy-not-accepted', detail };
  }
  if (elsewhere.size > 0) {
    const detail = `its record is of ${listed(elsewhere)}, and ${environment} has ${repositories.join(', ')}`;
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
  const detail = `no record of ours says that it was promoted into ${environment}${rest}`;
  return { kind: 'refused', code: 'no-record', detail };
}

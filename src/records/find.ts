import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type EvidenceSearch, findStatements } from '../signing/find.ts';
import type { Hints } from '../signing/read.ts';
import { RECORD_HINTS } from './record.ts';
import { PROMOTION, type PromotionRecord, parseRecord } from './statement.ts';

/** Which record is looked for: those of other environments and repositories travel with copies of the image. */
export interface RecordSearch extends EvidenceSearch {
  readonly environment: string;
  /** The target repository. */
  readonly repository: string;
  /** Absent: of any plan. */
  readonly planDigest?: Digest;
  /** Absent: of either. */
  readonly kind?: PromotionRecord['kind'];
}

/** Finds a record of a promotion into one environment and repository, the newest; only what is signed decides. */
export async function findRecord(search: RecordSearch): Promise<PromotionRecord | undefined> {
  const referrers = search.referrers.toSorted((left, right) => created(right) - created(left));
  const newestFirst = { ...search, referrers };
  for await (const record of readRecords(newestFirst, hintsOf(search))) {
    if (matches(record, search)) return record;
  }
  return undefined;
}

async function* readRecords(search: EvidenceSearch, hints: Hints): AsyncIterable<PromotionRecord> {
  for await (const { statement } of findStatements(search, PROMOTION, hints)) {
    const record = parseRecord(statement);
    if (record?.digest === search.digest) yield record;
  }
}

function matches(
  record: PromotionRecord,
  { environment, repository, planDigest, kind = record.kind }: RecordSearch,
): boolean {
  const isThere = record.environment.to === environment && record.target.repository === repository;
  return isThere && record.kind === kind && (planDigest === undefined || record.planDigest === planDigest);
}

/** When it says it was made, in milliseconds; what does not say counts as oldest. */
function created({ annotations }: Descriptor): number {
  return Date.parse(annotations?.['org.opencontainers.image.created'] ?? '') || 0;
}

function hintsOf({ environment, repository, planDigest, kind }: RecordSearch): Hints {
  return {
    [RECORD_HINTS.environment]: environment,
    [RECORD_HINTS.repository]: repository,
    ...(planDigest === undefined ? {} : { [RECORD_HINTS.plan]: planDigest }),
    ...(kind === undefined ? {} : { [RECORD_HINTS.kind]: kind }),
  };
}

import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type EvidenceSearch, findStatements } from '../signing/find.ts';
import { agrees, type Hints } from '../signing/read.ts';
import { RECORD_HINTS, recordHints } from './record.ts';
import { isSamePromotion, PROMOTION, type PromotionRecord, parseRecord } from './statement.ts';

/** The record to find. Copies of an image also carry records of other environments and repositories. */
export interface RecordSearch extends EvidenceSearch {
  readonly environment: string;
  /** The target repository. */
  readonly repository: string;
  /** Absent: of any plan. */
  readonly planDigest?: Digest;
  /** A tag that the promotion set; absent: any. */
  readonly tag?: string | undefined;
  /** Absent: of either kind. */
  readonly kind?: PromotionRecord['kind'];
}

/**
 * Finds the record of the newest promotion into one environment and repository; only what is signed decides.
 * Of several records of one promotion, the one with the lowest manifest digest counts.
 */
export async function findRecord(search: RecordSearch): Promise<PromotionRecord | undefined> {
  const referrers = newestFirst(search.referrers);
  for await (const record of readRecords({ ...search, referrers }, hintsOf(search))) {
    if (matches(record, search)) return record;
  }
  return undefined;
}

/**
 * How many records of ours there are of one promotion. There is more than one only where runs wrote at the same time
 * and the registry removes nothing.
 */
export async function countRecords(search: EvidenceSearch, record: PromotionRecord): Promise<number> {
  const hints = recordHints(record);
  const referrers = search.referrers.filter(referrer => agrees(referrer, hints));
  if (referrers.length < 2) return 1;
  const found = await Array.fromAsync(readRecords({ ...search, referrers }, hints));
  return Math.max(1, found.filter(one => isSamePromotion(one, record)).length);
}

/** Whether a referrer's annotations name it a record of a promotion there. They prove nothing. */
export function isRecordOf(referrer: Descriptor, environment: string, repository: string): boolean {
  return agrees(referrer, {
    [RECORD_HINTS.environment]: environment,
    [RECORD_HINTS.repository]: repository,
  });
}

/** Promotions newest first, and the records of one promotion by digest; both as far as annotations show. */
export function newestFirst(referrers: readonly Descriptor[]): readonly Descriptor[] {
  const newest = new Map<string, number>();
  for (const referrer of referrers) {
    const key = promotionOf(referrer);
    newest.set(key, Math.max(created(referrer), newest.get(key) ?? 0));
  }
  const time = (referrer: Descriptor) => newest.get(promotionOf(referrer)) ?? 0;
  return referrers.toSorted(
    (left, right) => time(right) - time(left) || (left.digest < right.digest ? -1 : 1),
  );
}

function promotionOf({ digest, annotations = {} }: Descriptor): string {
  const names = Object.values(RECORD_HINTS).map(name => annotations[name]);
  return names.includes(undefined) ? digest : JSON.stringify(names);
}

async function* readRecords(search: EvidenceSearch, hints: Hints): AsyncIterable<PromotionRecord> {
  for await (const { statement } of findStatements(search, PROMOTION, hints)) {
    const record = parseRecord(statement);
    if (record?.digest === search.digest) yield record;
  }
}

function matches(
  record: PromotionRecord,
  { environment, repository, planDigest, tag, kind = record.kind }: RecordSearch,
): boolean {
  if (tag !== undefined && !record.target.tags.includes(tag)) return false;
  const isThere = record.environment.to === environment && record.target.repository === repository;
  return isThere && record.kind === kind && (planDigest === undefined || record.planDigest === planDigest);
}

/** When its annotation says that it was made, in milliseconds; 0, the oldest, if it does not say. */
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

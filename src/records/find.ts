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
}

/** Finds the record of a promotion into one environment and repository; only what is signed decides. */
export async function findRecord(search: RecordSearch): Promise<PromotionRecord | undefined> {
  for await (const record of readRecords(search, hintsOf(search))) if (matches(record, search)) return record;
  return undefined;
}

/** Every record of an image by one of the trusted, wherever it was written, oldest first. */
export async function listRecords(search: EvidenceSearch): Promise<readonly PromotionRecord[]> {
  const found: PromotionRecord[] = [];
  for await (const record of readRecords(search, {})) found.push(record);
  return found.toSorted((left, right) => Date.parse(left.time) - Date.parse(right.time));
}

async function* readRecords(search: EvidenceSearch, hints: Hints): AsyncIterable<PromotionRecord> {
  for await (const { statement } of findStatements(search, PROMOTION, hints)) {
    const record = parseRecord(statement);
    if (record?.digest === search.digest) yield record;
  }
}

function matches(record: PromotionRecord, { environment, repository, planDigest }: RecordSearch): boolean {
  const samePlace = record.environment.to === environment && record.target.repository === repository;
  return samePlace && (planDigest === undefined || record.planDigest === planDigest);
}

function hintsOf({ environment, repository, planDigest }: RecordSearch): Hints {
  return {
    [RECORD_HINTS.environment]: environment,
    [RECORD_HINTS.repository]: repository,
    ...(planDigest === undefined ? {} : { [RECORD_HINTS.plan]: planDigest }),
  };
}

import type { Json } from '../schemas/parts.ts';
import type { plan } from '../schemas/promotions.ts';
import type { history, status, verifyEnvironment } from '../schemas/reading.ts';

/** The groups of a plan as `promote plan` prints them, each with its pull request, if any. */
export type PlannedGroups = readonly {
  readonly group: Json<typeof plan>['groups'][number];
  readonly pullRequest: string | undefined;
}[];

/** The input of the page, as `status`, `history`, `plan` and `verify` print it. */
export interface SiteInput {
  readonly readAt: Date;
  readonly status: Json<typeof status>;
  readonly environments: readonly SiteSource[];
}

/** The data of one environment. The failures name what could not be read. */
export interface SiteSource {
  readonly name: string;
  /** Undefined: its images come from builds. */
  readonly from: string | undefined;
  readonly history: Json<typeof history>;
  /** Whether only a part of the history was read. */
  readonly isCut: boolean;
  readonly commitUrl: ((commit: string) => string) | undefined;
  readonly groups: PlannedGroups;
  /** Undefined: it was not verified. */
  readonly verified: Json<typeof verifyEnvironment> | undefined;
  readonly failures: readonly { readonly message: string; readonly hint: string | null }[];
}

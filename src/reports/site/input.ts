import type { Json } from '../schemas/parts.ts';
import type { plan } from '../schemas/promotions.ts';
import type { history, status, verifyEnvironment } from '../schemas/reading.ts';

/** The groups of a plan as `promote plan` prints them, each with its pull request. */
export type PlannedGroups = readonly {
  readonly group: Json<typeof plan>['groups'][number];
  readonly pullRequest: string | undefined;
}[];

/** What the page is made of, as `status`, `history`, `plan` and `verify` print it. */
export interface SiteInput {
  readonly readAt: Date;
  readonly status: Json<typeof status>;
  readonly environments: readonly SiteSource[];
}

/** What was read of one environment; what could not be read is among the failures. */
export interface SiteSource {
  readonly name: string;
  /** Undefined: it takes from builds. */
  readonly from: string | undefined;
  readonly history: Json<typeof history>;
  /** Whether there is more history than was read. */
  readonly isCut: boolean;
  readonly commitUrl: ((commit: string) => string) | undefined;
  readonly groups: PlannedGroups;
  /** Undefined: nobody asked. */
  readonly verified: Json<typeof verifyEnvironment> | undefined;
  readonly failures: readonly { readonly message: string; readonly hint: string | null }[];
}

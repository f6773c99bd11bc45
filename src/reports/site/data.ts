/** All that the page of `promote board` shows; what `--public` leaves out is absent. */
export interface SiteData {
  /** ISO 8601: everything was read about then. */
  readonly readAt: string;
  readonly isPublic: boolean;
  /** Whether the registries were asked for each pinned image. */
  readonly isVerified: boolean;
  readonly environments: readonly SiteEnvironment[];
  readonly images: readonly SiteImage[];
  /** Newest first. */
  readonly events: readonly SiteEvent[];
  readonly groups: readonly SiteGroup[];
  readonly holds: readonly SiteHold[];
  readonly problems: readonly SiteProblem[];
}

/** A column of the board. */
export interface SiteEnvironment {
  readonly name: string;
  /** Null: it takes from builds. */
  readonly from: string | null;
  readonly freeze: SiteVerdict | null;
  /** Whether its pins, its history and what waits there were read. */
  readonly isRead: boolean;
}

/** A row of the board: one cell an environment, in their order. */
export interface SiteImage {
  readonly name: string;
  readonly cells: readonly SiteCell[];
}

/** What an environment pins of an image. */
export interface SiteCell {
  readonly pinned: readonly SiteState[];
  readonly relation: 'entry' | 'same' | 'behind' | 'none' | 'unread';
  /** The event that made it so, by its place in `events`; null where the known history has none. */
  readonly event: number | null;
  /** Without an event: it was so before that day already; null where that is not known either. */
  readonly before: string | null;
  /** Whether all its targets are sound; null where nobody asked, or there was no answer. */
  readonly isSound: boolean | null;
  /** What is not sound. */
  readonly faults: readonly string[];
}

/** A version of an image. */
export interface SiteState {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** A commit that changed pins. */
export interface SiteEvent {
  readonly environment: string;
  readonly commit: string;
  readonly date: string;
  readonly author?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly subject?: string | undefined;
  readonly url?: string | undefined;
  readonly plan: string | null;
  /** How many files could not be read. */
  readonly unreadable: number;
  readonly changes: readonly SiteChange[];
}

/** What a commit changed of one image. */
export interface SiteChange {
  readonly image: string;
  readonly kind: 'promotion' | 'rollback' | 'edit';
  readonly before: readonly SiteState[];
  readonly after: readonly SiteState[];
  readonly files: readonly string[];
  /** Our signed record, as far as records were read. */
  readonly record: SiteRecord | null;
}

/** What a signed record says of a promotion. */
export interface SiteRecord {
  readonly from: string;
  readonly time: string;
  readonly approvals: number;
  readonly approvedBy: readonly string[];
  readonly verdicts: readonly SiteVerdict[];
  readonly pullRequest?: string | undefined;
  readonly run?: string | undefined;
}

/** A gate's answer. */
export interface SiteVerdict {
  readonly gate: string;
  readonly kind: 'open' | 'waiting' | 'closed';
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
}

/** Promotions that are decided together, and what they wait for. */
export interface SiteGroup {
  readonly environment: string;
  readonly name: string;
  readonly state: 'ready' | 'waiting' | 'closed' | 'failed' | 'declined';
  readonly plan: string | null;
  readonly pullRequest?: string | undefined;
  readonly verdicts: readonly SiteVerdict[];
  readonly images: readonly SiteMember[];
}

/** One image of a group. */
export interface SiteMember {
  readonly image: string;
  readonly digest: string | null;
  readonly verdicts: readonly SiteVerdict[];
  readonly error?: string | undefined;
}

/** What is kept out of an environment. */
export interface SiteHold {
  readonly environment: string;
  readonly image: string;
  readonly digest: string;
  readonly since: string;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

/** What is wrong or not known. */
export interface SiteProblem {
  readonly environment: string | null;
  /** Absent on a page for everybody. */
  readonly text?: string | undefined;
  readonly hint?: string | undefined;
}

/** All data of the page of `promote board`. Keys that `--public` omits are absent. */
export interface SiteData {
  /** When the data was read, ISO 8601. */
  readonly readAt: string;
  readonly isPublic: boolean;
  /** Whether the registries were asked about each pinned image. */
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
  /** Null: its images come from builds. */
  readonly from: string | null;
  readonly freeze: SiteVerdict | null;
  /** Whether its pins, its history and its waiting promotions were read. */
  readonly isRead: boolean;
}

/** A row of the board, with one cell for each environment, in their order. */
export interface SiteImage {
  readonly name: string;
  readonly cells: readonly SiteCell[];
}

/** The pins of an image in an environment. */
export interface SiteCell {
  readonly pinned: readonly SiteState[];
  readonly relation: 'entry' | 'same' | 'behind' | 'tag' | 'unknown' | 'none' | 'unread';
  /** The index in `events` of the event that set these pins; null if the known history has none. */
  readonly event: number | null;
  /** Without an event: the pins are older than this date; null if that is not known. */
  readonly before: string | null;
  /** Whether all its targets are sound; null if they were not checked, or did not answer. */
  readonly isSound: boolean | null;
  /** The faults of the targets. */
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
  /** The number of files that could not be read. */
  readonly unreadable: number;
  readonly changes: readonly SiteChange[];
}

/** A commit's change of one image. */
export interface SiteChange {
  readonly image: string;
  readonly kind: 'promotion' | 'rollback' | 'edit';
  readonly before: readonly SiteState[];
  readonly after: readonly SiteState[];
  readonly files: readonly string[];
  /** Our signed record, if records were read. */
  readonly record: SiteRecord | null;
}

/** The content of a promotion's signed record. */
export interface SiteRecord {
  readonly from: string;
  readonly time: string;
  readonly approvals: number;
  readonly approvedBy: readonly string[];
  readonly verdicts: readonly SiteVerdict[];
  readonly pullRequest?: string | undefined;
  readonly run?: string | undefined;
}

/** A gate's verdict. */
export interface SiteVerdict {
  readonly gate: string;
  readonly kind: 'open' | 'waiting' | 'closed';
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
}

/** Promotions that are decided together, and their verdicts. */
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

/** A hold on an image in an environment. */
export interface SiteHold {
  readonly environment: string;
  readonly image: string;
  readonly digest: string;
  readonly since: string;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

/** A fault, or something that could not be read. */
export interface SiteProblem {
  readonly environment: string | null;
  /** Absent on a public page. */
  readonly text?: string | undefined;
  readonly hint?: string | undefined;
}

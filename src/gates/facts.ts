import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { Calendar } from '../environments/calendar.ts';
import type { CalendarWindow } from '../environments/gates/freeze-windows.ts';
import type { Hold, Override } from '../environments/holds/holds.ts';
import type { PromoteError } from '../errors.ts';
import type { ProvenanceJudgement } from '../images/provenance-rule.ts';
import type { SignedManifest } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import type { TargetState } from '../plan/target-state.ts';
import type { VulnerabilityData } from '../vulnerabilities/judge.ts';
import type { ReviewFacts, RunFacts, SignedReadings } from './approvals.ts';
import type { ScanAnswer } from './judge-vulnerabilities.ts';
import type { tallySigned } from './tally-signed.ts';

/** The environment's holds in the observed commit. */
export type HoldFacts =
  | { readonly kind: 'read'; readonly holds: readonly Hold[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What was found of one accepted signer's signatures on a source image, its own manifest first. */
export interface SignatureFinding {
  readonly accepted: AcceptedSigner;
  readonly manifests: readonly SignedManifest[];
}

/** What was found of our record of the promotion into the environment before. */
export type PredecessorFinding =
  | {
      readonly kind: 'recorded';
      readonly time: string;
      readonly planDigest: Digest;
      /** The manifest that attaches it. */
      readonly manifest: Digest;
      /** The manifest that attaches the verification summary; absent: it was not asked for. */
      readonly summary?: Digest | undefined;
    }
  /** `code`: the code for which a record or verification summary is refused. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

/** An iCalendar file that the freeze gate names, as the observed commit has it. */
export type CalendarFact =
  | ({ readonly kind: 'read'; readonly digest: Digest } & Calendar)
  | { readonly kind: 'unreadable'; readonly reason: string };

/** An override of a freeze, and what is known of the pull request that added it. */
export interface OverrideFact {
  readonly override: Override;
  readonly reviews:
    | { readonly kind: 'read'; readonly reviews: ReviewFacts }
    | { readonly kind: 'unread'; readonly reason: string };
}

/** What is known of vulnerabilities besides reports. `evidence`: the digests of the lists. */
export type ScanData =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'read';
      readonly data: VulnerabilityData;
      readonly evidence: readonly Digest[];
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Since when the environment before has pinned a candidate's digest without a break. `absent`: it does not
 * pin the digest. `unknown`: nobody can say, with the reason.
 */
export type SoakFact =
  /** `isRunning`: a cluster shows that it has run since then. */
  | { readonly kind: 'pinned'; readonly since: Date; readonly isRunning?: boolean | undefined }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly hint: string };

/** What the gate of checks answers for a candidate, from what was read. */
export type ChecksAnswer =
  | { readonly kind: 'open'; readonly reason: string; readonly evidence?: readonly Digest[] | undefined }
  | {
      readonly kind: 'waiting' | 'closed';
      readonly reason: string;
      readonly hint: string;
      readonly evidence?: readonly Digest[] | undefined;
    };

/** A pinned tag that names another digest than the one beside it. */
export interface MovedSource {
  /** The place where tag and digest are written. */
  readonly origin: string;
  readonly tag: string;
  readonly named: Digest;
}

/** The signed approvals of a run. `tally` judges them; it is only loaded for such a gate. */
export interface SignedFacts extends SignedReadings {
  readonly tally: typeof tallySigned;
}

/** What is known of candidates in one of several sources, by image. */
export interface SourceFacts {
  /** Source tags that never move and name another digest than is pinned beside them. */
  readonly movedSources: ReadonlyMap<string, MovedSource>;
  /** How long the images have soaked, where the environment asks for it. */
  readonly soaks: ReadonlyMap<string, SoakFact>;
  /** The result of the required checks, if the environment has any. */
  readonly checks: ReadonlyMap<string, ChecksAnswer>;
  /** What was found of records of that source. */
  readonly predecessors: ReadonlyMap<string, PredecessorFinding>;
}

/** What the gates judge by: facts about the world, and what the caller stated. */
export interface Facts extends SourceFacts {
  /** What is judged. */
  readonly kind: 'promotion' | 'rollback';
  /** The command that starts another run, with further words behind it. */
  readonly again: (...further: readonly string[]) => string;
  /** The command that writes the plans to a file; `undefined` if their digests alone are enough. */
  readonly writesPlans: string | undefined;
  /** What a comment that approves begins with, before the plan's digest. */
  readonly approveCommand: string;
  /** Another command on the same environments file. */
  readonly command: (...words: readonly string[]) => string;
  /** The time at which all gates of a run are judged. */
  readonly now: Date;
  /** The candidates' digests that the environment's files pinned in an earlier commit. */
  readonly pinnedBefore: ReadonlySet<Digest>;
  /** The state of the targets, by image. */
  readonly states: ReadonlyMap<string, readonly TargetState[]>;
  /** The findings that `needs` asked for on the source images' signatures, by image. */
  readonly signatures: ReadonlyMap<string, readonly SignatureFinding[]>;
  /** The facts by source, if the environment takes from several. */
  readonly bySource?: ReadonlyMap<string, SourceFacts> | undefined;
  /** The scan reports that `needs` asked for, by image. */
  readonly scans: ReadonlyMap<string, ScanAnswer>;
  readonly scanData: ScanData;
  /** What was found of the source images' provenance, for each entry that `needs` asked for. */
  readonly provenances: ReadonlyMap<string, readonly ProvenanceJudgement[]>;
  readonly allowBackward: boolean;
  readonly holds: HoldFacts;
  /** The calendars that the freeze gate names, by `calendarKey`. */
  readonly calendars: ReadonlyMap<string, CalendarFact>;
  /** The overrides of the freeze in the observed commit, by their plans' digests. */
  readonly overrides: ReadonlyMap<Digest, OverrideFact>;
  /** Who approved, as the caller states. */
  readonly approvedBy: readonly string[];
  /** The forge's answers about the groups' pull requests. */
  readonly reviews: ReadonlyMap<string, ReviewFacts>;
  /** The CI's answer about the protected environments of its run, if a gate needs it. */
  readonly run: RunFacts | undefined;
  /** Signed approvals, if a gate asks for them. */
  readonly signed?: SignedFacts | undefined;
  /** The pull requests that propose rollbacks, by image. */
  readonly rollbacks: ReadonlyMap<string, string>;
  /** Errors that keep an image from being decided, by image. */
  readonly failures: ReadonlyMap<string, PromoteError>;
}

/** The key of a calendar. It names the gate's zone too, in which times without a zone are read. */
export function calendarKey({ path, timezone }: CalendarWindow): string {
  return `${timezone} ${path}`;
}

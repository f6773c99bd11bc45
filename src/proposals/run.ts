import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import { groupBranch } from '../environments/commits.ts';
import type { Environment, Environments, Signing } from '../environments/environments.ts';
import type { ScanService } from '../environments/gates/vulnerabilities.ts';
import type { Forge } from '../forges/forge.ts';
import type { Comparison, ReleaseNotes } from '../forges/source-changes.ts';
import type { Head, Repository } from '../git/repository.ts';
import type { ScanTrust } from '../images/scans.ts';
import type { AskService } from '../images/service-scans.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { UnreadableFile } from '../plan/image-pins.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Base, ImagePin } from '../plan/snapshot.ts';
import type { SpecialFile } from '../plan/special-file.ts';
import type { OpenStore } from '../registry/store.ts';
import type { EnvironmentBefore } from '../reports/image-details.ts';
import type { RunAskers } from './askers.ts';

/** The effects that pull requests need, besides Git and their forge. */
export interface ProposalEffects {
  readonly store: OpenStore;
  /** The commits between two revisions of an image's source repository, where its forge can be asked. */
  readonly compare?: (source: string, from: string, to: string) => Promise<Comparison | undefined>;
  /** The notes of an image's release, where the forge of its source repository can be asked. */
  readonly releaseNotes?: (source: string, tag: string) => Promise<ReleaseNotes | undefined>;
  readonly runAskers?: RunAskers;
  /** Loads our own keys and identities. */
  readonly signing?: (signing: Signing) => Promise<{ readonly trust: ScanTrust }>;
  /** Loads the trust that an accepted signer's attestations are verified against. */
  readonly trust?: ((accepted: AcceptedSigner) => Promise<ScanTrust>) | undefined;
  /** Asks a scanner's own service for its report on one manifest; `undefined`: it has none. */
  readonly scanned?: AskService<ScanService>;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** The part of a run on one environment that its pull requests are made with. */
export interface ProposalRun {
  readonly effects: ProposalEffects;
  readonly environments: Environments;
  readonly environment: Environment;
  readonly request: PromotionRequest;
  readonly base: Base;
  /** The environment's files at the base. */
  readonly files: PinnedFiles;
  /** The deployment repository as it is now: for writes, and to notice what has moved. */
  readonly repository: Repository;
  readonly forge: Forge;
  /** Since when the environment before has a candidate's image. */
  readonly before?: ((candidate: Candidate) => Promise<EnvironmentBefore | undefined>) | undefined;
}

/** An environment's deployment files at one commit, and the pins in them that belong to a known image. */
export interface PinnedFiles {
  /** With the rules that the files imply together. */
  readonly environments: Environments;
  /** A repository that caches what it has read. */
  readonly repository: Repository;
  readonly head: Head;
  readonly texts: ReadonlyMap<string, string>;
  readonly pins: readonly ImagePin[];
  /** Where the files name a known image outside of pins. */
  readonly mentions: readonly Mention[];
  /** Files that may hold a pin and cannot be read. */
  readonly unreadable: readonly UnreadableFile[];
  /** What the environment's globs match, and cannot be read or written as a file. */
  readonly special: readonly SpecialFile[];
  /** The repository's holds file at that commit, where it has one. */
  readonly holds: string | undefined;
}

/** The branch that a group is proposed on. */
export function branchOf({ environment }: Pick<ProposalRun, 'environment'>, group: string): string {
  return groupBranch(environment, group);
}

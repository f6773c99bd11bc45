import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { CommitSigning } from '../environments/commits.ts';
import type { Deployment, Signing } from '../environments/environments.ts';
import type { ScanService } from '../environments/gates/vulnerabilities.ts';
import type { Deployments } from '../forges/deployments.ts';
import type { EnvironmentProtection } from '../forges/environment-protection.ts';
import type { Forge, OpenedForge, RunApproval } from '../forges/forge.ts';
import type { Issues } from '../forges/issues.ts';
import type { Comparison, ReleaseNotes } from '../forges/source-changes.ts';
import type { SignCommit } from '../git/author.ts';
import type { Repository } from '../git/repository.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { RunAskers } from '../proposals/askers.ts';
import type { Progress } from '../registry/progress.ts';
import type { PullLimits } from '../registry/remote/pull-limits.ts';
import type { OpenStore } from '../registry/store.ts';
import type { SignatureFormat } from '../signing/find.ts';
import type { Signer } from '../signing/signer.ts';
import type { Trust } from '../signing/trust.ts';
import type { Notifier } from './notify/notifier.ts';
import type { PolicyVersion } from './policy-version.ts';
import type { MeasureStep } from './step.ts';

/** Everything that reaches the outside world; the command line and the tests each build this. */
export interface Effects {
  readonly store: OpenStore;
  /** The registries' own limits of pulls. */
  readonly pullLimits?: PullLimits;
  /** Opens the Git repository that contains an environment's files. */
  readonly repository: (deployment: Deployment) => Promise<Repository>;
  /** The forge of those files, if it has pull requests. */
  readonly forge?: (deployment: Deployment) => Promise<Forge | undefined>;
  /** How the forge of those files shows them to people; also where it has no pull requests to give. */
  readonly shownOn?: (
    deployment: Deployment,
  ) => Promise<Pick<OpenedForge, 'visibility' | 'commitUrl'> | undefined>;
  /** The forge's own record of what is where, for those files; `undefined`: it keeps none. */
  readonly deployments?: (deployment: Deployment) => Promise<Deployments | undefined>;
  /** The issues of the repository of those files, where promote keeps any. */
  readonly issues?: (deployment: Deployment) => Promise<Issues | undefined>;
  /** The approvals of this CI run's protected environments. */
  readonly runApprovals?: () => Promise<readonly RunApproval[]>;
  /** What this job said in the first attempt of its CI run, in annotations of a title. */
  readonly saidInFirstAttempt?: (title: string) => Promise<readonly string[]>;
  /** How an environment of this CI run's repository is protected, outside of CI one of the deployment repository. */
  readonly environmentProtection?: (
    name: string,
    deployment: Deployment,
  ) => Promise<EnvironmentProtection | undefined>;
  /** Who asked by starting this CI run, by the forge's word where it gives one. */
  readonly runAskers?: RunAskers;
  /** The commits between two revisions of an image's source repository, where its forge can be asked. */
  readonly compare?: (source: string, from: string, to: string) => Promise<Comparison | undefined>;
  /** The notes of an image's release, where the forge of its source repository can be asked. */
  readonly releaseNotes?: (source: string, tag: string) => Promise<ReleaseNotes | undefined>;
  readonly signing: (signing: Signing) => Promise<OurSigning>;
  /** Loads the trust that an accepted signer's signatures are verified against; throws `KEY` or `NOT_FOUND`. */
  readonly trust: (accepted: AcceptedSigner) => Promise<Trust>;
  /** What a trusted root says, by its path; throws `KEY` or `NOT_FOUND`. Absent: its path stands for it. */
  readonly rootDigest?: ((path: string) => Promise<Digest>) | undefined;
  /** Opens what signs commits; throws `KEY` or `NOT_FOUND`. */
  readonly commitSigner?: (signing: Exclude<CommitSigning, { kind: 'forge' }>) => Promise<SignCommit>;
  /** The environments file as each commit of its branch has it, newest first; absent: it is in no repository. */
  readonly policies?: (() => AsyncIterable<PolicyVersion>) | undefined;
  /** Tells others what a run changes; absent: nobody is told. */
  readonly notifier?: Notifier | undefined;
  /** Asks a URL that the environments file names for a check's result; redirects are not followed. */
  readonly answer?: (url: URL) => Promise<{ readonly status: number; readonly bytes: Uint8Array }>;
  /** Measures a step of the run; absent: nobody asked. */
  readonly measure?: MeasureStep | undefined;
  /** Asks a scanner's own service for its report of one manifest; `undefined`: it has none. */
  readonly scanned?: (service: ScanService, asked: ScannedManifest) => Promise<ServiceReport | undefined>;
  readonly now: () => Date;
  readonly progress: Progress;
  /** Logs one line a step, for people. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A manifest that a service is asked about. */
export interface ScannedManifest {
  /** The image's name in the environments file. */
  readonly image: string;
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

/** A service's report as it answered. */
export interface ServiceReport {
  readonly text: string;
  /** Who answered: `Harbor at registry.example.com`. */
  readonly by: string;
  /** When it was made, where the answer itself does not say. */
  readonly time?: Date | undefined;
}

/** How our own signatures are made and recognised. */
export interface OurSigning {
  /** Our signers, the current one first. */
  readonly trust: Trust;
  readonly formats: readonly SignatureFormat[];
  /** Opens the private key, or finds the identity; throws `KEY`. Called only by a run that writes. */
  readonly signer: () => Promise<Signer>;
}

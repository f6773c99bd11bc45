import type { AcceptedSigner } from '../environments/accepted-signers.ts';
import type { CommitSigning } from '../environments/commits.ts';
import type { Deployment, Signing } from '../environments/environments.ts';
import type { ScanService } from '../environments/gates/vulnerabilities.ts';
import type { Rebuild } from '../environments/rebuild.ts';
import type { Builds } from '../forges/builds.ts';
import type { Deployments } from '../forges/deployments.ts';
import type { EnvironmentProtection } from '../forges/environment-protection.ts';
import type { Forge, OpenedForge, RunApproval } from '../forges/forge.ts';
import type { Issues } from '../forges/issues.ts';
import type { Comparison, ReleaseNotes } from '../forges/source-changes.ts';
import type { SignCommit } from '../git/author.ts';
import type { Repository } from '../git/repository.ts';
import type { AskService } from '../images/service-scans.ts';
import type { Digest } from '../oci/digest.ts';
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

/** All effects on the outside world. The command line and the tests each build this. */
export interface Effects {
  readonly store: OpenStore;
  /** The pull limits of the registries. */
  readonly pullLimits?: PullLimits;
  /** Opens the Git repository that contains an environment's files. */
  readonly repository: (deployment: Deployment) => Promise<Repository>;
  /** The forge of those files, if it has pull requests. */
  readonly forge?: (deployment: Deployment) => Promise<Forge | undefined>;
  /** How the forge of those files shows them to people; also set if the forge has no pull requests. */
  readonly shownOn?: (
    deployment: Deployment,
  ) => Promise<Pick<OpenedForge, 'visibility' | 'commitUrl'> | undefined>;
  /** The forge's deployment records for those files; `undefined`: the forge has none. */
  readonly deployments?: (deployment: Deployment) => Promise<Deployments | undefined>;
  /** The issues of the repository of those files, if its forge has issues. */
  readonly issues?: (deployment: Deployment) => Promise<Issues | undefined>;
  /** The approvals of this CI run's protected environments. */
  readonly runApprovals?: () => Promise<readonly RunApproval[]>;
  /** The texts of annotations with a title that this job made in the first attempt of its CI run. */
  readonly saidInFirstAttempt?: (title: string) => Promise<readonly string[]>;
  /** The protection of an environment in the CI run's repository; outside of CI in the deployment's. */
  readonly environmentProtection?: (
    name: string,
    deployment: Deployment,
  ) => Promise<EnvironmentProtection | undefined>;
  /** The people who started this CI run, by the forge's API if it has them. */
  readonly runAskers?: RunAskers;
  /** The commits between two revisions of an image's source repository, if its forge can be asked. */
  readonly compare?: (source: string, from: string, to: string) => Promise<Comparison | undefined>;
  /** The notes of an image's release, if the forge of its source repository can be asked. */
  readonly releaseNotes?: (source: string, tag: string) => Promise<ReleaseNotes | undefined>;
  readonly signing: (signing: Signing) => Promise<OurSigning>;
  /** Loads the trust that an accepted signer's signatures are verified against; throws `KEY` or `NOT_FOUND`. */
  readonly trust: (accepted: AcceptedSigner) => Promise<Trust>;
  /** The digest of a trusted root's content; throws `KEY` or `NOT_FOUND`. Absent: its path is used. */
  readonly rootDigest?: ((path: string) => Promise<Digest>) | undefined;
  /** Opens what signs commits; throws `KEY` or `NOT_FOUND`. */
  readonly commitSigner?: (signing: Exclude<CommitSigning, { kind: 'forge' }>) => Promise<SignCommit>;
  /** The environments file as each commit of its branch has it, newest first; absent: it is in no repository. */
  readonly policies?: (() => AsyncIterable<PolicyVersion>) | undefined;
  /** Notifies others of a run's changes; absent: nobody is notified. */
  readonly notifier?: Notifier | undefined;
  /** Opens the builds of an image's repository, of which runs since the time count; throws `UNAUTHORIZED`. */
  readonly builds?: (rebuild: Rebuild, since: Date) => Promise<Builds>;
  /** Asks a URL of the environments file for a check's result; redirects are not followed. */
  readonly answer?: (url: URL) => Promise<{ readonly status: number; readonly bytes: Uint8Array }>;
  /** Lists a cluster's pods, in the format of `kubectl get pods -o json`; `name` says where they are from. */
  readonly pods?: (cluster: {
    readonly context?: string | undefined;
    /** Empty: all. */
    readonly namespaces: readonly string[];
  }) => Promise<{ readonly text: string; readonly name: string }>;
  /** Measures a step of the run; absent: nothing is measured. */
  readonly measure?: MeasureStep | undefined;
  /** Asks a scanner's own service for its report on one manifest; `undefined`: it has none. */
  readonly scanned?: AskService<ScanService>;
  readonly now: () => Date;
  readonly progress: Progress;
  /** Logs one line a step, for people. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How we make and recognise our own signatures. */
export interface OurSigning {
  /** Our signers, the current one first. */
  readonly trust: Trust;
  readonly formats: readonly SignatureFormat[];
  /** Opens the private key or finds the identity; throws `KEY`. Only a run that writes calls this. */
  readonly signer: () => Promise<Signer>;
}

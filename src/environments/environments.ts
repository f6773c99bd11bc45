import type { RepositoryName } from '../oci/reference.ts';
import type { NewEntry } from '../pins/new-entry.ts';
import type { PinForm, PinPath } from '../pins/pin.ts';
import type { ImpliedRule } from '../pins/together/implied.ts';
import type { AcceptedSigner } from './accepted-signers.ts';
import type { CommitRules } from './commits.ts';
import type { Gates } from './gates/gates.ts';
import type { ImageOrigin } from './image-origin.ts';
import type { Mirror } from './mirrors.ts';
import type { Notification } from './notifications.ts';
import type { Rebuild } from './rebuild.ts';
import type { RefreshWindow } from './refresh-window.ts';
import type { TrustedSource } from './trusted-source.ts';
import type { UpdateLevel } from './update-level.ts';

/** The environments file's meaning: defaults filled in, names resolved, every rule checked. */
export interface Environments {
  readonly images: readonly Image[];
  /** In the file's order, which `from` keeps free of cycles. */
  readonly environments: readonly Environment[];
  /** Absent: base images are left alone. */
  readonly refresh?: Refresh;
  readonly mirrors?: readonly Mirror[] | undefined;
  /** How files that shall name mirrors are read and changed: as a refresh does it. */
  readonly mirrorProposals?: Refresh | undefined;
  /** Absent: no host has settings. Not part of the policy, since digests decide what is promoted. */
  readonly hosts?: readonly Host[] | undefined;
  /** The places that are notified of what runs change. Not part of the policy. */
  readonly notifications?: readonly Notification[] | undefined;
  /** Rules that deployment files imply together at the observed commit. Not part of the policy. */
  readonly implied?: readonly ImpliedRule[] | undefined;
  /** The images of its bases that each kustomization may get entries for, at the observed commit. */
  readonly entries?: ReadonlyMap<string, readonly NewEntry[]> | undefined;
  /** The path by which commands name the file; absent: the default. Not part of the policy. */
  readonly file?: string | undefined;
}

/** The settings for a registry's host. */
export interface Host {
  /** The host with its port. */
  readonly name: string;
  /** Paths, or `env://NAME`. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Whether it is reached by plain HTTP; absent: only if it is on loopback. */
  readonly insecure?: boolean | undefined;
  /** Token services; absent: those that the registry names. */
  readonly realms?: readonly string[] | undefined;
  /** Where blobs may be besides the host. */
  readonly uploads: readonly string[];
  /** Each is `host/path`. */
  readonly mirrors: readonly string[];
  /** The most requests at a time; absent: the default. */
  readonly requests?: number | undefined;
}

/** One logical image. */
export interface Image {
  readonly name: string;
  /** The repository that builds are pushed to. */
  readonly source?: RepositoryName;
  /** The path under each environment's registry. */
  readonly repository: string;
  /** Its source repository, whose commits may be read with a login: `https://host/owner/name`. */
  readonly repositoryUrl?: string | undefined;
  readonly pins: readonly PinRule[];
  /** How its pins are written; absent: as the environment says. */
  readonly pin?: PinForm | undefined;
  readonly rebuild?: Rebuild | undefined;
}

/** Where an image, or a part of its reference, is written in files that do not name its repository. */
export interface PinRule extends Omit<PinPath, 'image'> {
  readonly files: string;
}

/** A stage an image passes through. */
export interface Environment {
  readonly name: string;
  readonly from: ImageOrigin;
  /** At least one; a promotion copies to each. */
  readonly registries: readonly RegistryTarget[];
  /** Globs of the deployment files, relative to the repository's root; a glob behind `!` excludes files. */
  readonly files: readonly string[];
  /** The entries of `files` of which only a part belongs to the environment. */
  readonly places?: readonly PlaceClaim[] | undefined;
  /** Globs of files that do not belong to the environment, whatever `files` says. */
  readonly exclude?: readonly string[] | undefined;
  readonly deployment: Deployment;
  /** Set if the forge records what is pinned; `url`: the page of the environment, for people. */
  readonly recordsDeployments?: { readonly url?: string | undefined } | undefined;
  readonly commit: 'direct' | 'pull-request';
  readonly commits?: CommitRules | undefined;
  /** How pins are written; absent: with their digest. */
  readonly pin?: PinForm | undefined;
  /** Whether kustomizations get entries for the images of bases that they share. */
  readonly addImages?: boolean | undefined;
  readonly tags: readonly TagTemplate[];
  readonly platformTags?: readonly TagTemplate[] | undefined;
  readonly grouping: Grouping;
  readonly pullRequest: PullRequestSettings;
  readonly gates: Gates;
  /** What differs for a rollback. */
  readonly rollback?: RollbackSettings;
  readonly signing?: Signing;
}

/** What differs for a rollback. */
export interface RollbackSettings {
  /** The approval that it needs instead of the gates' approval; absent: none. */
  readonly approval?: Gates['approval'];
  /** The gates that also decide about a rollback; the others only warn. */
  readonly gates?: readonly string[] | undefined;
}

/** A part of the files that a glob matches. */
export interface PlaceClaim {
  readonly path: string;
  /** The keys that lead to the part, as `parsePath` reads them. */
  readonly at: string;
}

/** One registry of an environment; `push` and `pull` may hold `{image}`. */
export interface RegistryTarget {
  readonly push: string;
  /** The registry as deployment files name it, if that differs from `push`. */
  readonly pull: string;
  /** The deployment files pinned to this registry, as an environment's `files`; empty: all of the environment's. */
  readonly files: readonly string[];
  /** Whether it only keeps a copy, and no deployment file is pinned to it. */
  readonly isBackup?: boolean | undefined;
}

/** The kinds of Git hosts that can be named; `git` has no pull requests. */
export const FORGES = ['github', 'gitlab', 'forgejo', 'git'] as const;

/** The Git repository of an environment's files; what is absent is as the environments file's checkout has it. */
export interface Deployment {
  readonly repository?: string;
  readonly branch?: string;
  /** The Git host's kind; absent: the URL or the CI decides. */
  readonly forge?: (typeof FORGES)[number];
}

/** A tag to set at the target; one that does not move is written once. */
export interface TagTemplate {
  readonly name: string;
  readonly moves: boolean;
  /** Whether a pre-release also moves a tag that follows releases: `latest`, `{major}.{minor}`. */
  readonly preReleases?: boolean | undefined;
  /** Set if it names the manifest of each platform, and not the image. */
  readonly platforms?: 'each' | undefined;
}

/** Which promotions are decided, proposed and merged together. */
export type Grouping =
  | { readonly kind: 'image' }
  | { readonly kind: 'environment' }
  | { readonly kind: 'named'; readonly groups: Readonly<Record<string, readonly string[]>> };

/** How an environment's pull requests are made, and who merges them. */
export interface PullRequestSettings {
  /** Whether newer digests replace those of an approved pull request. */
  readonly supersede: 'unapproved' | 'always';
  readonly labels: readonly string[];
  /** Whether a label shows the state of the pull request. */
  readonly stateLabels: boolean;
  /** People by name, teams as the forge writes them. */
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly draft: boolean;
  /** May hold `{environment}`, `{group}`, `{images}` and `{summary}`. */
  readonly title: string;
  /** A template around `{content}`, with the same placeholders; absent: promote's own text alone. */
  readonly body?: string | undefined;
  /** Text behind the body of a new pull request; people edit it from then on. */
  readonly notes?: string | undefined;
  readonly merge:
    | { readonly kind: 'manual' }
    | {
        readonly kind: 'automatic';
        readonly method: 'merge' | 'squash' | 'rebase';
        /** Whether the branch is deleted afterwards. */
        readonly deleteBranch: boolean;
      };
}

/** How promoted images are signed and our own signatures recognised. */
export interface Signing {
  readonly by: SigningMethod;
  /** Further signers of ours. */
  readonly trusted: readonly TrustedSource[];
  readonly formats: readonly ('bundle' | 'legacy')[];
  /** The repository that evidence is kept in; absent: beside the images. */
  readonly repository?: RepositoryName | undefined;
  /** Whether each promotion leaves a verification summary; absent: it does not. */
  readonly vsa?: true | undefined;
  /** A path to Sigstore's trusted root; absent: the public one. */
  readonly trustedRoot?: string;
  /** The transparency log's URL; absent: nothing is logged, and no log entry is required. */
  readonly rekor?: string;
  /** The major version of the log's API; absent: 1, or for the public log the version that it states. */
  readonly rekorVersion?: 1 | 2 | undefined;
  /** The timestamp authority's URL; absent: nothing is stamped, and no timestamp is required. */
  readonly tsa?: string;
}

/** What signatures are made with. Paths are relative to the environments file; a key may be `env://NAME`. */
export type SigningMethod =
  | {
      readonly kind: 'key';
      readonly key: string;
      /** Absent: derived from the private one. */
      readonly publicKey?: string;
    }
  | {
      readonly kind: 'keyless';
      readonly identity: string;
      readonly issuer: string;
      readonly fulcio: string;
      readonly tokenFile?: string;
    };

/** How base and third-party images are moved to newer digests. */
export interface Refresh {
  /** The repository whose Dockerfiles, compose and CI files are read: the file's own. */
  readonly deployment: Deployment;
  /** The rules of the whole file. */
  readonly commits?: CommitRules | undefined;
  /** Globs of the files to read; absent: every file of a known kind, except what a CI runs. */
  readonly include?: readonly string[];
  readonly exclude: readonly string[];
  readonly update: UpdateLevel;
  /** Whether references without a digest get one. */
  readonly pin: boolean;
  /** How long an image must have existed, in milliseconds. */
  readonly minimumAge: number;
  /** Globs of repositories that are updated together; any other repository is a group of its own. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The most pull requests that are open at the same time. */
  readonly limit: number;
  /** When pull requests are opened; empty: at any time. Open ones are always kept up to date. */
  readonly schedule: readonly RefreshWindow[];
  readonly pullRequest: Omit<PullRequestSettings, 'supersede'>;
  /** The accepted signers of the repositories in `images`; of several for one, one suffices. */
  readonly signature: readonly AcceptedSigner[];
  /** Registries that images may come from, with or without a path; empty: any. */
  readonly registries: readonly string[];
}

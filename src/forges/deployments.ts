import type { Digest } from '../oci/digest.ts';

/** The forge's own record of what is deployed where: GitHub's deployments, GitLab's environments. */
export interface Deployments {
  /** The newest deployment that promote recorded for an environment; `link`: its link is read too. */
  latest(environment: string, link: string | undefined): Promise<RecordedDeployment | undefined>;
  /** Records a deployment, or completes `newest`, if a run broke off before its end or the link differs. */
  record(made: NewDeployment, newest: RecordedDeployment | undefined): Promise<void>;
}

/** A deployment as the forge has it. */
export interface RecordedDeployment {
  readonly id: number;
  /** The commit of the deployment repository. */
  readonly commit: string;
  /** Whether its outcome is recorded. */
  readonly isWhole: boolean;
  /** The address of the environment, for people. */
  readonly link: string | undefined;
}

/** What an environment's files pin at a commit. */
export interface NewDeployment {
  readonly environment: string;
  readonly commit: string;
  readonly branch: string;
  readonly images: readonly {
    readonly image: string;
    readonly tag?: string | undefined;
    readonly digest?: Digest | undefined;
  }[];
  readonly link: string | undefined;
  /** The page of the run. */
  readonly run: string | undefined;
}

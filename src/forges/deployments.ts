import type { Digest } from '../oci/digest.ts';

/** The forge's own record of what is where: GitHub's deployments, GitLab's environments. */
export interface Deployments {
  /** The newest that promote recorded for an environment; its link only where one is wanted. */
  latest(environment: string, link: string | undefined): Promise<RecordedDeployment | undefined>;
  /** Records one, or completes the newest, where a run broke off before it was whole or its link is another. */
  record(made: NewDeployment, newest: RecordedDeployment | undefined): Promise<void>;
}

/** A deployment as the forge has it. */
export interface RecordedDeployment {
  readonly id: number;
  /** The commit of the deployment repository. */
  readonly commit: string;
  /** Whether it has its outcome. */
  readonly isWhole: boolean;
  /** The address of the environment that people are led to. */
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

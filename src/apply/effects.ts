import type { KeyObject } from 'node:crypto';
import type { Deployment, Signing } from '../environments/environments.ts';
import type { Repository } from '../forges/repository.ts';
import type { Progress } from '../registry/progress.ts';
import type { OpenStore } from '../registry/store.ts';
import type { Signer } from '../signing/signer.ts';

/** Everything that reaches the outside world; the command line and the tests each build one. */
export interface Effects {
  readonly store: OpenStore;
  /** Opens the Git repository that holds an environment's files. */
  readonly repository: (deployment: Deployment) => Promise<Repository>;
  readonly signing: (signing: Signing) => Promise<OurSigning>;
  readonly now: () => Date;
  readonly progress: Progress;
  /** One line a step, for people who watch. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How our own signatures are recognised, and made. */
export interface OurSigning {
  /** Public keys of ours, the current one first. */
  readonly keys: readonly KeyObject[];
  /** Loads the private key; throws `KEY`. Asked only by a run that writes. */
  readonly signer: () => Promise<Signer>;
}

/** What the caller asks of one environment. */
export interface PromotionRequest {
  readonly environment: string;
  /** Images by name; with a reference, the build or source to take. Empty: every image. */
  readonly images: ReadonlyMap<string, string | undefined>;
  readonly allowDirect: boolean;
  readonly allowBackward: boolean;
  readonly approvedBy: readonly string[];
  readonly evidence: 'all' | 'none';
  readonly requestedBy?: string;
  /** Where this run can be read about. */
  readonly runUrl?: string;
}

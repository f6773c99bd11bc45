import type { Deployment } from '../../environments/environments.ts';
import type { Examine } from '../../registry/remote/examine.ts';

/** What a check asks beyond the environments file and what it names. */
export interface Examiner {
  readonly examine: Examine;
  /** Why the forge of those files cannot be asked, where that is for want of a token. */
  readonly missingLogin: (deployment: Deployment) => Promise<string | undefined>;
  /** The versions of the programs that run here; `git` is absent where there is none. */
  readonly versions: () => Promise<{ readonly node: string; readonly git: string | undefined }>;
}

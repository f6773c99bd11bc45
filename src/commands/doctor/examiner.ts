import type { Deployment } from '../../environments/environments.ts';
import type { Person } from '../../forges/forge.ts';
import type { TokenRight, TokenUse } from '../../forges/token-right.ts';
import type { Examine } from '../../registry/remote/examine.ts';

/** A login at a forge: who it is, whether a person may write to the repository, and what the token may do. */
export interface ForgeLogin {
  readonly repository: string;
  readonly viewer: () => Promise<Person>;
  readonly mayWrite: (person: Person) => Promise<boolean>;
  readonly tokenRights: (use: TokenUse) => Promise<readonly TokenRight[]>;
}

/** What a check asks beyond the environments file and what it names. */
export interface Examiner {
  readonly examine: Examine;
  /** Why the forge of those files cannot be asked, where that is for want of a token. */
  readonly missingLogin: (deployment: Deployment) => Promise<string | undefined>;
  /** The login at the forge of those files, where there is one. */
  readonly login: (deployment: Deployment) => Promise<ForgeLogin | undefined>;
  /** The versions of the programs that run here; `git` is absent where there is none. */
  readonly versions: () => Promise<{ readonly node: string; readonly git: string | undefined }>;
}

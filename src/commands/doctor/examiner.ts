import type { Deployment } from '../../environments/environments.ts';
import type { Person } from '../../forges/forge.ts';
import type { TokenRight, TokenUse } from '../../forges/token-right.ts';
import type { Examine } from '../../registry/remote/examine.ts';

/** A login at a forge: its account, whether a person may write to the repository, and the token's rights. */
export interface ForgeLogin {
  readonly repository: string;
  readonly viewer: () => Promise<Person>;
  readonly mayWrite: (person: Person) => Promise<boolean>;
  readonly tokenRights: (use: TokenUse) => Promise<readonly TokenRight[]>;
}

/** The questions of a check beyond the environments file and what it names. */
export interface Examiner {
  readonly examine: Examine;
  /** Why the forge of those files cannot be asked, if a token is missing. */
  readonly missingLogin: (deployment: Deployment) => Promise<string | undefined>;
  /** The login at the forge of those files, if there is one. */
  readonly login: (deployment: Deployment) => Promise<ForgeLogin | undefined>;
  /** The versions of the installed programs; `git` is absent if it is not installed. */
  readonly versions: () => Promise<{ readonly node: string; readonly git: string | undefined }>;
}

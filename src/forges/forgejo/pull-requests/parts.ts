import type { Forgejo } from '../forgejo.ts';
import type { Permissions } from '../permissions.ts';
import type { HostedRepository } from '../repository.ts';

/** What pull requests are read and written with. */
export interface PullRequestParts {
  readonly forgejo: Forgejo;
  readonly hosted: HostedRepository;
  readonly permissions: Permissions;
}

import { z } from 'zod';
import { branchRef } from '../../git/branch-name.ts';
import type { Head } from '../../git/repository.ts';
import { isRefusal } from '../api/refusal.ts';
import { type Forgejo, inPath } from './forgejo.ts';

/** What Forgejo says of the repository itself. */
type Facts = z.infer<typeof REPOSITORY>;

/** A branch with its effective protection, as every reader sees it. */
type Branch = z.infer<typeof BRANCH>;

/** The repository and its branches. */
export interface HostedRepository {
  /** Read once a run. */
  facts(): Promise<Facts>;
  /** The branch as it is now, or the default one. */
  head(branch?: string): Promise<Head | undefined>;
  /** The branch with its protection. */
  branch(name: string): Promise<Branch | undefined>;
}

const REPOSITORY = z.object({
  id: z.number().int(),
  default_branch: z.string().nullish(),
  private: z.boolean().nullish(),
  internal: z.boolean().nullish(),
  allow_merge_commits: z.boolean().nullish(),
  allow_rebase: z.boolean().nullish(),
  allow_rebase_explicit: z.boolean().nullish(),
  allow_squash_merge: z.boolean().nullish(),
  allow_fast_forward_only_merge: z.boolean().nullish(),
  default_merge_style: z.string().nullish(),
});

const BRANCH = z.object({
  commit: z.object({ id: z.string() }),
  protected: z.boolean().default(false),
  required_approvals: z.number().default(0),
  enable_status_check: z.boolean().default(false),
  status_check_contexts: z.array(z.string()).nullish(),
  user_can_push: z.boolean().default(false),
  user_can_merge: z.boolean().default(false),
  effective_branch_protection_name: z.string().nullish(),
});

/** Reads the repository; its branches are read again each time. */
export function createHostedRepository(forgejo: Forgejo): HostedRepository {
  let known: Promise<Facts> | undefined;
  const facts = () => {
    const asked = known ?? forgejo.ask({ doing: 'read', path: '' }, REPOSITORY);
    known = asked;
    asked.catch(() => {
      known = undefined;
    });
    return asked;
  };
  const branch = async (name: string) => {
    branchRef(name);
    const ask = { doing: `read branch ${name}`, path: `branches/${inPath(name)}` };
    try {
      return await forgejo.ask(ask, BRANCH);
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
      // A repository that cannot be seen gives the same answer; `facts` throws for it.
      await facts();
      return undefined;
    }
  };
  return {
    facts,
    branch,
    async head(name) {
      const asked = name ?? (await facts()).default_branch;
      if (!asked) return undefined;
      const found = await branch(asked);
      return found && { branch: asked, commit: found.commit.id };
    },
  };
}

import { z } from 'zod';
import { branchRef } from '../../git/branch-name.ts';
import type { Head } from '../../git/repository.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Commits } from './commits.ts';
import type { GitLab } from './gitlab.ts';

/** What GitLab shows of the project itself, as far as the token may see it. */
type ProjectFacts = z.infer<typeof PROJECT>;

/** The project and its branches. */
export interface Project {
  /** Read once a run. */
  facts(): Promise<ProjectFacts>;
  /** The branch as it is now, or the default one. */
  head(branch?: string): Promise<Head | undefined>;
  /** The branch with its protection. */
  branch(name: string): Promise<Branch | undefined>;
}

/** A branch as GitLab shows it. */
type Branch = z.infer<typeof BRANCH>;

const PROJECT = z.object({
  id: z.number().int(),
  default_branch: z.string().nullish(),
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
  allow_merge_on_skipped_pipeline: z.boolean().nullish(),
  only_allow_merge_if_all_discussions_are_resolved: z.boolean().nullish(),
  merge_trains_enabled: z.boolean().nullish(),
  allow_pipeline_trigger_approve_deployment: z.boolean().nullish(),
  forking_access_level: z.string().nullish(),
  visibility: z.string().nullish(),
  pages_access_level: z.string().nullish(),
  issues_access_level: z.string().nullish(),
  squash_option: z.string().nullish(),
  merge_method: z.string().nullish(),
});

const BRANCH = z.object({
  commit: z.object({
    id: z.string(),
    message: z.string().nullish(),
    parent_ids: z.array(z.string()).nullish(),
  }),
  protected: z.boolean().default(false),
  can_push: z.boolean().default(false),
  developers_can_push: z.boolean().default(false),
});

/** Reads the project; its branches are read again each time, and `commits` keeps their commits. */
export function createProject(gitlab: GitLab, commits: Pick<Commits, 'know'>): Project {
  let known: Promise<ProjectFacts> | undefined;
  const facts = () => {
    const asked = known ?? gitlab.ask({ doing: 'read', path: '' }, PROJECT);
    known = asked;
    asked.catch(() => {
      known = undefined;
    });
    return asked;
  };
  let isSeen = false;
  const branch = async (name: string) => {
    branchRef(name);
    const path = `repository/branches/${encodeURIComponent(name)}`;
    try {
      const found = await gitlab.ask({ doing: `read branch ${name}`, path }, BRANCH);
      commits.know(found.commit);
      isSeen = true;
      return found;
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
      // A project that cannot be seen gives the same answer; `facts` throws for it.
      if (!isSeen) await facts();
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

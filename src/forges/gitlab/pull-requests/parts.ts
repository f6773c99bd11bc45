import type { Repository } from '../../../git/repository.ts';
import type { BranchHeads } from '../branch-heads.ts';
import type { GitLab } from '../gitlab.ts';
import type { Members } from '../members.ts';
import type { Project } from '../project.ts';
import type { Versions } from '../versions.ts';
import type { Looks } from './looks.ts';

/** What merge requests are read and written with. */
export interface MergeRequestParts {
  readonly gitlab: GitLab;
  readonly project: Project;
  readonly members: Members;
  readonly versions: Versions;
  readonly looks: Looks;
  readonly branchHeads: BranchHeads;
  /** Names commits whose trees are read soon. */
  readonly expectTrees: (commits: readonly string[]) => void;
  /** The head of a branch now. */
  readonly head: Repository['head'];
}

import { z } from 'zod';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import type { Project } from './project.ts';
import { outdatedVersion } from './version.ts';

/** What GitLab requires before a merge into a branch, as far as the token may see it. */
export interface MergeRequirements {
  /** Whether a failed or running pipeline prevents a merge; promote's statuses are part of the pipeline. */
  readonly pipeline: 'must-succeed' | 'may-be-skipped' | 'free';
  /** Pipelines for merge requests: none of their own, or ones that contain the gate's job or lack it. */
  readonly ownPipelines: 'none' | 'with-gate' | 'without-gate';
  readonly mergeTrains: boolean;
  /** Whether the branch that is merged has to contain the present base. */
  readonly wantsRebase: boolean;
  /** Whether merge requests may come from forks. */
  readonly forks: boolean;
  /** The instance's version, if it is too old. */
  readonly outdated: string | undefined;
  readonly discussions: 'must-be-resolved' | 'free';
  /** The lowest role that may push to the branch, and whether the token's owner may. */
  readonly branch: { readonly pushedBy: 'developers' | 'maintainers'; readonly mayPush: boolean };
  /** GitLab Premium's rules; `undefined` where they cannot be read, for example on GitLab Free. */
  readonly approvals: readonly ApprovalRule[] | undefined;
}

/** An approval rule of the project. */
interface ApprovalRule {
  readonly name: string;
  readonly count: number;
  readonly users: readonly string[];
  /** Full paths. */
  readonly groups: readonly string[];
}

const MOST = 500;

const RULE = z.object({
  name: z.string(),
  approvals_required: z.number(),
  users: z.array(ACCOUNT).default([]),
  groups: z.array(z.object({ full_path: z.string() })).default([]),
  protected_branches: z.array(z.object({ name: z.string() })).default([]),
});

/** Reads what a merge into the branch requires. */
export async function mergeRequirements(
  gitlab: GitLab,
  project: Project,
  branch: string,
): Promise<MergeRequirements> {
  const [facts, found, approvals, ownPipelines, outdated] = await Promise.all([
    project.facts(),
    project.branch(branch),
    approvalRules(gitlab, branch),
    readOwnPipelines(gitlab),
    outdatedVersion(gitlab),
  ]);
  const skips = facts.allow_merge_on_skipped_pipeline === true ? 'may-be-skipped' : 'must-succeed';
  return {
    pipeline: facts.only_allow_merge_if_pipeline_succeeds === true ? skips : 'free',
    ownPipelines,
    mergeTrains: facts.merge_trains_enabled === true,
    wantsRebase: facts.merge_method === 'ff' || facts.merge_method === 'rebase_merge',
    forks: facts.forking_access_level !== 'disabled',
    outdated,
    discussions:
      facts.only_allow_merge_if_all_discussions_are_resolved === true ? 'must-be-resolved' : 'free',
    branch: {
      pushedBy: found?.protected === true && !found.developers_can_push ? 'maintainers' : 'developers',
      mayPush: found?.can_push ?? false,
    },
    approvals,
  };
}

const PIPELINE = z.object({ id: z.number().int() });
const JOB = z.object({ name: z.string() });

/** The job of templates/gate.yml. */
const GATE_JOB = 'answer for merge request';

/** Whether the newest pipeline of a merge request contains the gate's job. */
async function readOwnPipelines(gitlab: GitLab): Promise<MergeRequirements['ownPipelines']> {
  const query = { source: 'merge_request_event', per_page: 1 };
  const ask = { doing: 'read the newest pipeline of a merge request', path: 'pipelines', query };
  try {
    const [newest] = await gitlab.ask(ask, z.array(PIPELINE));
    if (newest === undefined) return 'none';
    const path = `pipelines/${newest.id}/jobs`;
    const jobs = gitlab.items({ doing: `read the jobs of pipeline ${newest.id}`, path }, JOB, MOST);
    return (await Array.fromAsync(jobs)).some(({ name }) => name === GATE_JOB) ? 'with-gate' : 'without-gate';
  } catch (error) {
    if (isUnseen(error)) return 'none';
    throw error;
  }
}

async function approvalRules(gitlab: GitLab, branch: string): Promise<readonly ApprovalRule[] | undefined> {
  const ask = { doing: 'read the approval rules', path: 'approval_rules' };
  try {
    const rules = await Array.fromAsync(gitlab.items(ask, RULE, MOST));
    return rules
      .filter(
        rule =>
          rule.protected_branches.length === 0 || rule.protected_branches.some(({ name }) => name === branch),
      )
      .map(({ name, approvals_required, users, groups }) => ({
        name,
        count: approvals_required,
        users: users.map(({ username }) => username),
        groups: groups.map(({ full_path }) => full_path),
      }));
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}

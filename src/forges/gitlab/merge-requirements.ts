import { z } from 'zod';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import type { Project } from './project.ts';

/** What GitLab asks for before a merge into a branch, as far as the token may see it. */
export interface MergeRequirements {
  /** Whether a merge request with a failed or running pipeline is kept from merging; our statuses are part of it. */
  readonly pipeline: 'must-succeed' | 'may-be-skipped' | 'free';
  readonly discussions: 'must-be-resolved' | 'free';
  /** Who may push to the branch at least, and whether the token's owner may. */
  readonly branch: { readonly pushedBy: 'developers' | 'maintainers'; readonly mayPush: boolean };
  /** GitLab Premium's rules; `undefined` where they cannot be read, on GitLab Free for one. */
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

/** Reads what a merge into the branch asks for. */
export async function mergeRequirements(
  gitlab: GitLab,
  project: Project,
  branch: string,
): Promise<MergeRequirements> {
  const [facts, found, approvals] = await Promise.all([
    project.facts(),
    project.branch(branch),
    approvalRules(gitlab, branch),
  ]);
  const skips = facts.allow_merge_on_skipped_pipeline === true ? 'may-be-skipped' : 'must-succeed';
  return {
    pipeline: facts.only_allow_merge_if_pipeline_succeeds === true ? skips : 'free',
    discussions:
      facts.only_allow_merge_if_all_discussions_are_resolved === true ? 'must-be-resolved' : 'free',
    branch: {
      pushedBy: found?.protected === true && !found.developers_can_push ? 'maintainers' : 'developers',
      mayPush: found?.can_push ?? false,
    },
    approvals,
  };
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

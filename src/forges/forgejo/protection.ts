import { z } from 'zod';
import { type Forgejo, isUnseen } from './forgejo.ts';
import { ADMINISTER } from './need.ts';
import type { HostedRepository } from './repository.ts';
import { type Outdated, outdatedInstance } from './version.ts';

/** How a branch is protected, as far as the token may see it. */
export interface Protection {
  readonly isProtected: boolean;
  /** Globs of the statuses that a merge waits for; empty: every status; `undefined`: it waits for none. */
  readonly statuses: readonly string[] | undefined;
  readonly approvals: number;
  readonly mayPush: boolean;
  readonly mayMerge: boolean;
  /** The instance, if it is too old. */
  readonly outdated: Outdated | undefined;
  /** What only the repository's administrators may see. */
  readonly rule: Rule | undefined;
}

/** Further settings of a rule; one that the instance does not know is absent. */
export interface Rule {
  /** Whether everybody who may write may also push without a pull request. */
  readonly isPushedToByAll: boolean;
  /** Whether it binds administrators, who otherwise may merge whatever is missing; `undefined`: never. */
  readonly bindsAdministrators: boolean | undefined;
  readonly wantsSigned: boolean;
}

const RULE = z.object({
  rule_name: z.string().nullish(),
  branch_name: z.string().nullish(),
  enable_push: z.boolean().default(false),
  enable_push_whitelist: z.boolean().default(false),
  require_signed_commits: z.boolean().default(false),
  /** Two names of one setting: Forgejo's, and Gitea's from 1.23 on. */
  apply_to_admins: z.boolean().nullish(),
  block_admin_merge_override: z.boolean().nullish(),
});

/** Reads how a branch is protected. https://codeberg.org/api/swagger#/repository/repoListBranchProtection */
export async function readProtection(
  forgejo: Forgejo,
  repository: HostedRepository,
  name: string,
): Promise<Protection> {
  const [branch, outdated] = await Promise.all([repository.branch(name), outdatedInstance(forgejo)]);
  const isProtected = branch?.protected ?? false;
  const effective = branch?.effective_branch_protection_name;
  return {
    isProtected,
    statuses: branch?.enable_status_check ? (branch.status_check_contexts ?? []) : undefined,
    approvals: branch?.required_approvals ?? 0,
    mayPush: branch?.user_can_push ?? false,
    mayMerge: branch?.user_can_merge ?? false,
    outdated,
    rule: isProtected && effective ? await readRule(forgejo, effective) : undefined,
  };
}

async function readRule(forgejo: Forgejo, name: string): Promise<Rule | undefined> {
  const ask = { doing: 'read the branch protections', path: 'branch_protections', need: ADMINISTER };
  try {
    const rules = (await forgejo.ask(ask, z.array(RULE).nullable())) ?? [];
    const found = rules.find(({ rule_name, branch_name }) => (rule_name || branch_name) === name);
    return (
      found && {
        isPushedToByAll: found.enable_push && !found.enable_push_whitelist,
        bindsAdministrators: found.apply_to_admins ?? found.block_admin_merge_override ?? undefined,
        wantsSigned: found.require_signed_commits,
      }
    );
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}

import type { BranchRule, BranchUse } from '../forge.ts';
import type { RequiredStatus } from './required-statuses.ts';

/** What the statuses that a branch requires mean for promote. */
export function branchRules(
  branch: string,
  use: BranchUse,
  required: readonly RequiredStatus[],
): readonly BranchRule[] {
  if (use.commit === 'direct') return [];
  return use.statuses.map(status => ruleFor(branch, status, required));
}

function ruleFor(branch: string, status: string, required: readonly RequiredStatus[]): BranchRule {
  const rule = required.find(({ context }) => context === status);
  if (rule === undefined) {
    return {
      verdict: 'warning',
      text: `${branch} can be merged into before the images are there: it does not require ${status}`,
      hint: `require the status ${status} on ${branch}, of the App that promote runs as`,
    };
  }
  if (rule.app === undefined) {
    return {
      verdict: 'warning',
      text: `${branch} takes ${status} from anyone who may set a status`,
      hint: 'name the App that promote runs as',
    };
  }
  return { verdict: 'ok', text: `${branch} requires ${status} of App ${rule.app}` };
}

import type { BranchRule, BranchUse } from '../branch-rule.ts';
import type { RequiredStatus } from './required-statuses.ts';

/** What the statuses that a branch requires mean for promote. */
export function branchRules(
  branch: string,
  use: BranchUse,
  required: readonly RequiredStatus[],
): readonly BranchRule[] {
  if (use.commit === 'direct') return [];
  const former = use.former.filter(status => required.some(({ context }) => context === status));
  return [
    ruleFor(branch, use.status, required),
    ...former.map(status => formerRule(branch, status, use.status)),
  ];
}

function ruleFor(branch: string, status: string, required: readonly RequiredStatus[]): BranchRule {
  const rule = required.find(({ context }) => context === status);
  if (rule === undefined) {
    return {
      verdict: 'warning',
      text: `${branch} can be merged into before the images are there: it does not require ${status}`,
      hint: `require the status ${status} on ${branch}, of the App that promote runs as, and answer for other pull requests with actions/gate`,
    };
  }
  if (rule.app === undefined) {
    return {
      verdict: 'warning',
      text: `${branch} takes ${status} from anyone who may set a status`,
      hint: 'name the App that promote runs as; with the token of a job any workflow on any branch can set it',
    };
  }
  return { verdict: 'ok', text: `${branch} requires ${status} of App ${rule.app}` };
}

/** A branch that requires one group's status requires it on all pull requests, also those of other groups. */
function formerRule(branch: string, former: string, status: string): BranchRule {
  return {
    verdict: 'warning',
    text: `${branch} requires ${former}, which nobody sets on pull requests of anything else`,
    hint: `require ${status} in its place`,
  };
}

import type { BranchRule, BranchUse } from '../forge.ts';
import type { MergeRequirements } from './merge-requirements.ts';

/** What a project's merge checks and a branch's protection mean for promote. */
export function branchRules(branch: string, use: BranchUse, asked: MergeRequirements): readonly BranchRule[] {
  if (use.commit === 'direct') return directRules(branch, asked);
  return [
    statusRule(branch, use.status, asked),
    ...pushRules(branch, asked),
    ...(use.merges ? mergeRules(branch, asked) : []),
  ];
}

function statusRule(branch: string, status: string, { pipeline }: MergeRequirements): BranchRule {
  const early = `${branch} can be merged into before the images are there`;
  const place = 'under Settings, Merge requests, Merge checks';
  switch (pipeline) {
    case 'must-succeed': {
      const text = `${branch} takes what has a successful pipeline, and ${status} is a job of it`;
      return { verdict: 'ok', text };
    }
    case 'may-be-skipped':
      return {
        verdict: 'warning',
        text: `${early}: a skipped pipeline counts as a successful one`,
        hint: `switch off "Skipped pipelines are considered successful" ${place}`,
      };
    case 'free':
      return {
        verdict: 'warning',
        text: `${early}: its merge requests do not wait for ${status}`,
        hint: `switch on "Pipelines must succeed" ${place}`,
      };
  }
}

/** Ways past the merge request. */
function pushRules(branch: string, asked: MergeRequirements): readonly BranchRule[] {
  if (asked.branch.pushedBy !== 'developers') return [];
  return [
    {
      verdict: 'warning',
      text: `every Developer may push to ${branch}, past its gates`,
      hint: `protect ${branch} under Settings, Repository, Protected branches: let Maintainers push, or no one`,
    },
  ];
}

/** What else a merge by promote has to wait for. */
function mergeRules(
  branch: string,
  { discussions, approvals = [] }: MergeRequirements,
): readonly BranchRule[] {
  const discussed = `GitLab asks for every discussion to be resolved before promote can merge into ${branch}`;
  return [
    ...(discussions === 'must-be-resolved' ? [{ verdict: 'ok', text: discussed } as const] : []),
    ...approvals
      .filter(({ count }) => count > 0)
      .map(({ name, count }): BranchRule => {
        const text = `GitLab's own rule ${JSON.stringify(name)} asks for ${count} before promote can merge`;
        return { verdict: 'ok', text };
      }),
  ];
}

function directRules(branch: string, asked: MergeRequirements): readonly BranchRule[] {
  if (asked.branch.mayPush) return [];
  return [
    {
      verdict: 'error',
      text: `\`commit: direct\`, and promote's token may not push to ${branch}`,
      hint: 'let it push under Settings, Repository, Protected branches, or take `commit: direct` out',
    },
  ];
}

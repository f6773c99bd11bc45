import type { BranchRule, BranchUse } from '../branch-rule.ts';
import type { MergeRequirements } from './merge-requirements.ts';
import { OLDEST } from './version.ts';

/** What a project's merge checks and a branch's protection mean for promote. */
export function branchRules(branch: string, use: BranchUse, asked: MergeRequirements): readonly BranchRule[] {
  if (use.commit === 'direct') return [...versionRules(asked), ...directRules(branch, asked)];
  return [
    ...versionRules(asked),
    statusRule(branch, use.status, asked),
    ...(asked.pipeline === 'must-succeed' ? pipelineRules(branch, use.status, asked) : []),
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

function versionRules({ outdated }: MergeRequirements): readonly BranchRule[] {
  if (outdated === undefined) return [];
  const text = `GitLab ${outdated} is older than ${OLDEST.major}.${OLDEST.minor}, the oldest that promote is made for`;
  return [{ verdict: 'error', text, hint: 'update GitLab, or write `forge: git` under deployments' }];
}

/**
 * The cases where GitLab merges without the status: it looks only at the newest pipeline of the merge
 * request. `MergeRequest#actual_head_pipeline` of GitLab.
 */
function pipelineRules(
  branch: string,
  status: string,
  { ownPipelines, mergeTrains, wantsRebase, forks }: MergeRequirements,
): readonly BranchRule[] {
  const gate =
    'include the component gate in the pipelines of merge requests: its job fails until it may be merged';
  const unheld = (text: string): BranchRule => ({ verdict: 'warning', text, hint: gate });
  const isHeld = ownPipelines === 'with-gate';
  return [
    ...(ownPipelines === 'without-gate'
      ? [
          unheld(
            `${branch} can be merged into without ${status}: a pipeline of a merge request that starts after promote's run does not have it`,
          ),
        ]
      : []),
    ...(wantsRebase || mergeTrains
      ? []
      : [
          {
            verdict: 'warning',
            text: `${branch} takes a green ${status} that was given on an older base, or on another one`,
            hint: 'choose "Merge commit with semi-linear history" or "Fast-forward merge" under Settings, Merge requests, or use merge trains',
          } as const,
        ]),
    ...(mergeTrains && !isHeld ? [unheld(`pipelines of a merge train do not have ${status}`)] : []),
    ...(forks && isHeld
      ? [
          {
            verdict: 'warning',
            text: "a fork's merge request runs the fork's own .gitlab-ci.yml: its job of the gate proves nothing",
            hint: "run a fork's pipeline in this project before it is merged, or switch forks off under Settings, General, Visibility",
          } as const,
        ]
      : []),
  ];
}

/** Ways to change the branch without a merge request. */
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

/** What else a merge by promote must wait for. */
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

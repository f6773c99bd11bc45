import type { MergeNeed, MergeOutcome } from '../../forge.ts';
import type { Shown } from './merge-request.ts';

type Refused = Extract<MergeOutcome, { readonly kind: 'refused' }>;

/** GitLab computes these in the background: https://docs.gitlab.com/api/merge_requests/#merge-status */
const PASSING = new Set(['unchecked', 'checking', 'preparing', 'approvals_syncing', '']);

/** Whether GitLab is still computing the merge status. */
export function isPassing({ state, detailed_merge_status: status }: Shown): boolean {
  return state === 'locked' || PASSING.has(status);
}

/** Why GitLab would refuse a merge, by its own state; `undefined`: no reason. */
export function blockerOf(shown: Shown): Refused | undefined {
  const { detailed_merge_status: status } = shown;
  if (status === 'mergeable') return undefined;
  if (status === 'ci_must_pass') return pipelineBlocker(shown);
  const [needs, why] = BLOCKERS[status] ?? ['person', 'GitLab does not let it be merged'];
  return refused(needs, why, status);
}

const BLOCKERS: Readonly<Record<string, readonly [needs: MergeNeed, why: string]>> = {
  ci_still_running: ['checks', 'its pipeline still runs'],
  status_checks_must_pass: ['checks', 'its external status checks are not all there'],
  merge_time: ['checks', 'it is to be merged at a later time'],
  need_rebase: ['update', 'the project takes what is on top of its target branch'],
  conflict: ['person', 'it conflicts with its target branch'],
  draft_status: ['person', 'it is a draft: mark it ready'],
  not_approved: ['person', "GitLab's own approval rules are not met"],
  requested_changes: ['person', 'a reviewer asks for changes'],
  discussions_not_resolved: ['person', 'every thread must be resolved'],
  merge_request_blocked: ['person', 'another merge request has to be merged first'],
  security_policy_violations: ['person', 'a security policy is violated'],
  jira_association_missing: ['person', 'its title or description must name a Jira issue'],
  title_regex: ['person', "its title does not have the project's form"],
  locked_paths: ['person', 'somebody has locked a path that it changes'],
  locked_lfs_files: ['person', 'somebody has locked a file that it changes'],
  commits_status: ['person', 'its source branch must exist and have commits'],
};

const ENDED = new Set(['failed', 'canceled', 'skipped']);

/** The setting "Pipelines must succeed" requires a successful pipeline. */
function pipelineBlocker({ head_pipeline: pipeline, detailed_merge_status: status }: Shown): Refused {
  if (!pipeline) return refused('person', 'no pipeline ran for it, and the project wants one', status);
  const { id, status: state } = pipeline;
  if (ENDED.has(state)) return refused('person', `its pipeline ${id} is ${state}: retry it`, status);
  return refused('checks', `its pipeline ${id} is ${state}`, status);
}

function refused(needs: MergeNeed, why: string, status: string): Refused {
  return { kind: 'refused', needs, reason: `${why} (${status.replaceAll('_', ' ')})` };
}

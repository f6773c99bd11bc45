import type { PullRequestSettings } from '../environments.ts';
import type { WrittenEnvironment } from '../schema/environments.ts';

/** How pull requests are made, with its defaults. */
export function normalisePullRequest(written: WrittenEnvironment['pullRequest'] = {}): PullRequestSettings {
  const { labels = [], reviewers = [], assignees = [], draft = false, title = '{summary}' } = written;
  const { body, notes, stateLabels = false } = written;
  return {
    supersede: written.supersede ?? 'unapproved',
    labels,
    stateLabels,
    reviewers,
    assignees,
    draft,
    title,
    body,
    notes,
    merge:
      written.merge === 'automatic'
        ? {
            kind: 'automatic',
            method: written.method ?? 'merge',
            deleteBranch: written.deleteBranch ?? false,
          }
        : { kind: 'manual' },
  };
}

import { type Refresh, shortName } from '../../environments/refresh.ts';
import type { PullRequestContent } from '../../forges/forge.ts';
import { distinctUpdates, refreshSubject } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { fillTitle } from '../../reports/pull-request-text.ts';
import type { RefreshedImage } from '../../reports/refresh.ts';
import { refreshBody } from '../../reports/refresh-body.ts';
import { imagesMark, policyMark } from './images-mark.ts';

/** What a group's pull request says, and whom it asks. */
export function refreshContent(
  refresh: Refresh,
  group: RefreshGroup,
  images: readonly RefreshedImage[],
): PullRequestContent {
  const { title, labels, reviewers, assignees, draft } = refresh.pullRequest;
  const body = `${imagesMark(group)}\n${policyMark(refresh)}\n${refreshBody(group, images)}`;
  return { title: fill(title, group), body, labels, reviewers, assignees, draft };
}

function fill(template: string, { name, members }: RefreshGroup): string {
  const updates = distinctUpdates(members.map(({ update }) => update));
  return fillTitle(template, {
    environment: 'refresh',
    group: name,
    images: [...new Set(updates.map(({ repository }) => shortName(repository)))].join(', '),
    summary: refreshSubject(name, updates),
  });
}

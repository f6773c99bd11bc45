import type { Refresh } from '../../environments/environments.ts';
import { shortName } from '../../environments/refresh.ts';
import { ticketsOf } from '../../environments/tickets.ts';
import type { PullRequest, PullRequestContent } from '../../forges/forge.ts';
import { hexOf } from '../../oci/digest.ts';
import { distinctUpdates, refreshSubject } from '../../plan/refresh/commit-message.ts';
import { type RefreshGroup, refreshPolicy } from '../../plan/refresh/refresh-plan.ts';
import { asOwnPart, saysOwnWords, withNotes } from '../../proposals/own-words.ts';
import { CLOSED_BY_US } from '../../proposals/proposal.ts';
import { fillBody, fillTitle } from '../../reports/pull-request-text.ts';
import { refreshBody } from '../../reports/refresh-body.ts';
import type { RefreshedImage } from '../../reports/refresh-images.ts';
import type { RefreshRun } from './refresh-run.ts';

/** The content of a group's pull request. */
export function refreshContent(
  { refresh, runUrl }: Pick<RefreshRun, 'refresh' | 'runUrl'>,
  group: RefreshGroup,
  images: readonly RefreshedImage[],
): PullRequestContent {
  const { title, labels, reviewers, assignees, draft } = refresh.pullRequest;
  const { body: template, notes } = refresh.pullRequest;
  const words = wordsOf(refresh, group);
  const reserved = fillBody(template, '', words).length + (notes ?? '').length;
  const said = fillBody(template, refreshBody(group, images, { reserved, runUrl }), words);
  const text = `${imagesMark(group)}\n${policyMark(refresh)}\n${said}`;
  const named = fillTitle(title, words);
  const own = asOwnPart(planMark(group), text, named);
  const body = withNotes(own, notes && fillBody(notes, '', words));
  return { title: named, body, labels, reviewers, assignees, draft };
}

/** Whether an open pull request has exactly this group's title and text by promote. */
export function isSaid(
  refresh: Refresh,
  group: RefreshGroup,
  pullRequest: Pick<PullRequest, 'title' | 'body'>,
): boolean {
  return saysOwnWords(
    pullRequest,
    fillTitle(refresh.pullRequest.title, wordsOf(refresh, group)),
    planMark(group),
  );
}

function planMark({ plan }: RefreshGroup): string {
  return `<!-- promote: ${plan.digest} -->`;
}

/** The values for the templates of title and body. */
function wordsOf({ commits }: Refresh, { name, members }: RefreshGroup): Readonly<Record<string, string>> {
  const updates = distinctUpdates(members.map(({ update }) => update));
  return {
    environment: 'refresh',
    group: name,
    tickets: ticketsOf(commits).join(', '),
    images: [...new Set(updates.map(({ repository }) => shortName(repository)))].join(', '),
    summary: refreshSubject(name, updates),
  };
}

/** A line of a pull request's body that names its images. */
function imagesMark({ images }: RefreshGroup): string {
  return `<!-- promote refresh: ${images.join(' ')} -->`;
}

/** Whether a body names all of the group's images, and maybe more; false if promote closed it. */
export function isNamedIn(body: string, { images }: Pick<RefreshGroup, 'images'>): boolean {
  if (body.includes(CLOSED_BY_US)) return false;
  const [, listed = ''] = /<!-- promote refresh: ([0-9a-f ]+) -->/.exec(body) ?? [];
  const marks = new Set(listed.split(' '));
  return images.every(image => marks.has(image));
}

/** A line of a pull request's body that names the refresh settings it was made with. */
export function policyMark(refresh: Refresh): string {
  return `<!-- promote refresh policy: ${hexOf(refreshPolicy(refresh))} -->`;
}

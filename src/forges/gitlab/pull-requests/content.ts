import { unwantedAmong } from '../../api/missing-names.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import type { Account } from '../members.ts';
import { WRITE } from '../need.ts';
import { asPullRequest, MERGE_REQUEST, readMergeRequest, type Shown } from './merge-request.ts';
import type { MergeRequestParts } from './parts.ts';
import { written } from './written.ts';

/**
 * Reads a merge request and writes what it lacks, by one request or none. Labels, assignees and reviewers
 * that people added stay. A draft that a person marked ready stays ready. Its head is the given one.
 */
export async function updateContent(
  given: MergeRequestParts,
  { number: iid, head: commit }: Pick<PullRequest, 'number' | 'head'>,
  content: PullRequestContent,
): Promise<PullRequest> {
  const parts = { ...given, head: async (branch = '') => ({ branch, commit }) };
  const { gitlab } = parts;
  const current = await readMergeRequest(gitlab, iid);
  const { title, description } = written(content, current.draft);
  const labels = content.labels.filter(label => !current.labels.includes(label));
  const unwanted = unwantedAmong(content.unwanted, current.labels);
  const reviewers = await missing(parts, content.reviewers, current.reviewers ?? []);
  const assignees = await missing(parts, content.assignees, current.assignees ?? []);
  const body = {
    ...(current.title !== title && { title }),
    ...((current.description ?? '').replaceAll('\r\n', '\n') !== description && { description }),
    ...(labels.length > 0 && { add_labels: labels }),
    ...(unwanted.length > 0 && { remove_labels: unwanted }),
    ...(reviewers.length > 0 && { reviewer_ids: ids(current.reviewers, reviewers) }),
    ...(assignees.length > 0 && { assignee_ids: ids(current.assignees, assignees) }),
  };
  if (Object.keys(body).length === 0) return await asPullRequest(parts, current);
  const path = `merge_requests/${iid}`;
  const shown = await gitlab.ask(
    { doing: `update !${iid}`, method: 'PUT', path, body, need: WRITE },
    MERGE_REQUEST,
  );
  return await asPullRequest(parts, shown);
}

/** The accounts of people by name; a notice names groups, and people whom GitLab does not know as members. */
export async function accounts(
  { gitlab, members }: MergeRequestParts,
  names: readonly string[],
): Promise<readonly Account[]> {
  const found: Account[] = [];
  for (const name of new Set(names)) {
    const isGroup = name.includes('/');
    const account = isGroup ? undefined : await members.named(name);
    if (account !== undefined) found.push(account);
    else if (isGroup)
      gitlab.notice(
        `${name}: a group cannot be asked for a review: name its people, or set an approval rule`,
      );
    else gitlab.notice(`${name} is no member, so no review is asked for`);
  }
  return found;
}

/**
 * Whom to add. GitLab Free keeps one reviewer and one assignee, and drops the others silently. If only one of
 * several is there, the others are not requested again in each run.
 */
async function missing(
  parts: MergeRequestParts,
  wanted: readonly string[],
  there: readonly Account[],
): Promise<readonly Account[]> {
  const known = new Set(there.map(({ username }) => username.toLowerCase()));
  const names = wanted.filter(name => !known.has(name.toLowerCase()));
  const isFull = there.length === 1 && names.length < wanted.length;
  return names.length === 0 || isFull ? [] : await accounts(parts, names);
}

function ids(there: Shown['reviewers'], added: readonly Account[]): readonly number[] {
  return [...(there ?? []), ...added].map(({ id }) => id);
}

import { missingNames, unwantedAmong } from '../../api/missing-names.ts';
import { isRefusal } from '../../api/refusal.ts';
import type { PullRequest, PullRequestContent } from '../../forge.ts';
import { WRITE } from '../need.ts';
import { labelIds } from './labels.ts';
import type { PullRequestParts } from './parts.ts';
import { asPullRequest, isDraft, PULL_REQUEST, readPullRequest, type Shown } from './pull-request.ts';
import { requestReviews } from './request-reviews.ts';
import { written } from './written.ts';

/** Reads a pull request and writes only what differs from the content. */
export async function updateContent(
  parts: PullRequestParts,
  number: number,
  content: PullRequestContent,
): Promise<PullRequest> {
  return await applyContent(parts, await readPullRequest(parts.forgejo, number), content);
}

/**
 * Writes the content that a pull request lacks, its text last. Labels, assignees and reviewers that people
 * added stay. A draft that a person marked ready stays ready. `isNew`: nobody can have reviewed it yet.
 */
export async function applyContent(
  parts: PullRequestParts,
  current: Shown,
  content: PullRequestContent,
  isNew = false,
): Promise<PullRequest> {
  const { forgejo } = parts;
  const { number } = current;
  await label(parts, current, content.labels);
  await takeLabels(parts, current, content.unwanted);
  await assign(parts, current, content.assignees);
  await requestReviews(forgejo, current, content.reviewers, isNew);
  const { title, body } = written(content, isDraft(current));
  const isSame = current.title === title && (current.body ?? '').replaceAll('\r\n', '\n') === body;
  if (isSame) return asPullRequest(current);
  const write = { title, body };
  const ask = { doing: `update #${number}`, path: `pulls/${number}`, body: write, need: WRITE };
  return asPullRequest(await forgejo.ask({ ...ask, method: 'PATCH' }, PULL_REQUEST));
}

async function label(
  { forgejo }: PullRequestParts,
  { number, labels: there }: Shown,
  wanted: readonly string[],
): Promise<void> {
  const missing = missingNames(
    wanted,
    (there ?? []).map(({ name }) => name),
  );
  const labels = await labelIds(forgejo, missing);
  if (labels.length === 0) return;
  const path = `issues/${number}/labels`;
  await forgejo.tell({ doing: `label #${number}`, method: 'POST', path, body: { labels }, need: WRITE });
}

async function takeLabels(
  { forgejo }: PullRequestParts,
  { number, labels }: Shown,
  unwanted: PullRequestContent['unwanted'],
): Promise<void> {
  const there = labels ?? [];
  const names = unwantedAmong(
    unwanted,
    there.map(({ name }) => name),
  );
  for (const { id, name } of there.filter(label => names.includes(label.name))) {
    const path = `issues/${number}/labels/${id}`;
    await forgejo.tell({
      doing: `take the label ${name} from #${number}`,
      method: 'DELETE',
      path,
      need: WRITE,
    });
  }
}

/** Forgejo takes the whole list, and refuses all for one invalid assignee; then each is tried alone. */
async function assign(
  { forgejo }: PullRequestParts,
  { number, assignees }: Shown,
  wanted: readonly string[],
): Promise<void> {
  const there = (assignees ?? []).map(({ login }) => login);
  const missing = missingNames(wanted, there);
  if (missing.length === 0) return;
  const path = `pulls/${number}`;
  const write = (names: readonly string[]) =>
    forgejo.tell({
      doing: `assign #${number}`,
      method: 'PATCH',
      path,
      body: { assignees: names },
      need: WRITE,
    });
  try {
    await write([...there, ...missing]);
  } catch (error) {
    if (!isRefusal(error, 404, 422)) throw error;
    if (missing.length === 1)
      return forgejo.notice(`#${number}: ${missing[0]} cannot be assigned: ${error.said}`);
    const assigned = [...there];
    for (const name of missing) {
      try {
        await write([...assigned, name]);
        assigned.push(name);
      } catch (refused) {
        if (!isRefusal(refused, 404, 422)) throw refused;
        forgejo.notice(`#${number}: ${name} cannot be assigned: ${refused.said}`);
      }
    }
  }
}

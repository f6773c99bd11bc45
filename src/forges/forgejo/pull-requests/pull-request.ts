import { z } from 'zod';
import type { PullRequest } from '../../forge.ts';
import { ACCOUNT, type Forgejo } from '../forgejo.ts';
import { person } from '../person.ts';

/** `label` is the branch's name; `ref` differs where the branch is deleted. A deleted fork has the id -1. */
const SIDE = z.object({ label: z.string().nullish(), ref: z.string(), sha: z.string(), repo_id: z.number() });

/** What Forgejo shows of a pull request wherever it shows one. */
export const PULL_REQUEST = z.object({
  number: z.number().int(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  merged: z.boolean().nullish(),
  mergeable: z.boolean().nullish(),
  user: ACCOUNT.nullish(),
  head: SIDE,
  base: SIDE,
  labels: z.array(z.object({ id: z.number(), name: z.string() })).nullish(),
  assignees: z.array(ACCOUNT).nullish(),
  requested_reviewers: z.array(ACCOUNT).nullish(),
  requested_reviewers_teams: z.array(z.object({ name: z.string() })).nullish(),
  created_at: z.string().nullish(),
  closed_at: z.string().nullish(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
});

/** A pull request as Forgejo shows it. */
export type Shown = z.infer<typeof PULL_REQUEST>;

/** How a title says that it is a draft: `WORK_IN_PROGRESS_PREFIXES`, unless the instance has others. */
export const DRAFT = 'WIP: ';
const DRAFTS = /^\s*(?:(?:WIP:|\[WIP\])\s*)+/i;

/** The pull request as it is now. */
export async function readPullRequest(forgejo: Forgejo, number: number): Promise<Shown> {
  return await forgejo.ask({ doing: `read #${number}`, path: `pulls/${number}` }, PULL_REQUEST);
}

/** Whether its branch is in this repository. */
export function isOwn({ head, base }: Shown): boolean {
  return head.repo_id === base.repo_id;
}

/** The name of its branch, in whichever repository. */
export function branchOf({ head: { label, ref } }: Shown): string {
  return label || ref;
}

/** Whether it is a draft by its title. */
export function isDraft({ title }: Pick<Shown, 'title'>): boolean {
  return DRAFTS.test(title);
}

/** Forgejo's answer as a pull request; the head is read from the branch itself. */
export function asPullRequest(shown: Shown): PullRequest {
  const state = shown.merged ? 'merged' : shown.state;
  const ended = shown.merged_at ?? shown.closed_at;
  return {
    number: shown.number,
    url: shown.html_url,
    branch: branchOf(shown),
    base: shown.base.label || shown.base.ref,
    head: shown.head.sha,
    state,
    title: shown.title.replace(DRAFTS, ''),
    body: (shown.body ?? '').replaceAll('\r\n', '\n'),
    draft: isDraft(shown),
    author: person(shown.user),
    openedAt: new Date(shown.created_at ?? 0),
    ...(ended && state !== 'open' && { endedAt: new Date(ended) }),
  };
}

import { z } from 'zod';
import type { PullRequest } from '../../forge.ts';
import { ACCOUNT, type GitLab } from '../gitlab.ts';
import { person } from '../person.ts';
import type { Look } from './looks.ts';
import type { MergeRequestParts } from './parts.ts';

/** What GitLab shows of a merge request wherever it shows one. */
export const MERGE_REQUEST = z.object({
  iid: z.number().int(),
  web_url: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  draft: z.boolean().default(false),
  author: ACCOUNT.nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number(),
  sha: z.string().nullish(),
  labels: z.array(z.string()),
  assignees: z.array(ACCOUNT).nullish(),
  reviewers: z.array(ACCOUNT).nullish(),
  created_at: z.string(),
  merged_at: z.string().nullish(),
  closed_at: z.string().nullish(),
  closed_by: ACCOUNT.nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  merge_when_pipeline_succeeds: z.boolean().nullish(),
  detailed_merge_status: z.string().default(''),
  merge_error: z.string().nullish(),
  squash_on_merge: z.boolean().nullish(),
  /** People's comments, promote's own among them. */
  user_notes_count: z.number().nullish(),
  /** Only in the answer for a single one; absent for people who may not see pipelines. */
  head_pipeline: z.object({ id: z.number(), sha: z.string(), ref: z.string(), status: z.string() }).nullish(),
});

/** A merge request as GitLab shows it. */
export type Shown = z.infer<typeof MERGE_REQUEST>;

/** The merge request as it is now. */
export async function readMergeRequest(gitlab: GitLab, iid: number): Promise<Shown> {
  return await gitlab.ask({ doing: `read !${iid}`, path: `merge_requests/${iid}` }, MERGE_REQUEST);
}

/** What the merge request waits for now. */
export async function lookAt(gitlab: GitLab, iid: number): Promise<Look> {
  const { sha, head_pipeline: pipeline } = await readMergeRequest(gitlab, iid);
  return { sha: sha ?? undefined, pipeline: pipeline ?? undefined };
}

/** GitLab's answer as a pull request. An open one's head is read from its branch: GitLab updates it late. */
export async function asPullRequest({ head }: MergeRequestParts, shown: Shown): Promise<PullRequest> {
  const state = stateOf(shown);
  const branchHead = state === 'open' ? await head(shown.source_branch) : undefined;
  const ended = shown.merged_at ?? shown.closed_at;
  return {
    number: shown.iid,
    url: shown.web_url,
    branch: shown.source_branch,
    base: shown.target_branch,
    head: branchHead?.commit ?? shown.sha ?? '',
    state,
    title: shown.title.replace(DRAFT, ''),
    body: (shown.description ?? '').replaceAll('\r\n', '\n'),
    draft: shown.draft,
    author: person(shown.author),
    openedAt: new Date(shown.created_at),
    ...(ended && state !== 'open' && { endedAt: new Date(ended) }),
    ...(shown.closed_by && state === 'closed' && { closedBy: person(shown.closed_by) }),
  };
}

/** How a title says that it is a draft: https://docs.gitlab.com/user/project/merge_requests/drafts/ */
const DRAFT = /^(\s*(\[draft\]|\(draft\)|draft:)\s*)+/i;

function stateOf({ state }: Shown): PullRequest['state'] {
  switch (state) {
    case 'opened':
    // A merge request is locked while GitLab merges it.
    case 'locked':
      return 'open';
    case 'merged':
    case 'closed':
      return state;
  }
}

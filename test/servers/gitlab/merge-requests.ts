import { mergeRequest, mergeStatus } from './merge.ts';
import { headPipeline, pipelineStatus, startPipeline } from './pipelines.ts';
import { rebase } from './rebase.ts';
import { type Answer, type Call, ok, page, type Route, refusal, strings } from './request.ts';
import { branchHead, gitText, type MergeRequest, type User, type World } from './world.ts';

const IID = 'projects/{id}/merge_requests/{merge_request_iid}';

/** Merge requests, without approvals. */
export const MERGE_REQUESTS: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/merge_requests', handle: list, isForJobs: true },
  { method: 'POST', template: 'projects/{id}/merge_requests', handle: open },
  { method: 'GET', template: IID, handle: withOne(shown), isForJobs: true },
  { method: 'PUT', template: IID, handle: withOne(update) },
  {
    method: 'PUT',
    template: `${IID}/merge`,
    handle: withOne((call, one) => mergeRequest(call, one) ?? shown(call, one)),
  },
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}/merge_requests', handle: ofCommit },
  { method: 'PUT', template: `${IID}/rebase`, handle: withOne(rebase) },
  { method: 'GET', template: `${IID}/versions`, handle: withOne((call, one) => page(call, one.versions)) },
];

/** A handler of one merge request's requests. */
export function withOne(handle: (call: Call, one: MergeRequest) => Answer): (call: Call) => Answer {
  return call => {
    const one = call.world.mergeRequests.find(({ iid }) => iid === Number(call.parts[1]));
    return one === undefined ? refusal(404, '404 Not found') : handle(call, one);
  };
}

function list(call: Call): Answer {
  const { world, query } = call;
  const found = world.mergeRequests
    .filter(one => one.source_branch === (query.get('source_branch') ?? one.source_branch))
    .filter(one => one.target_branch === (query.get('target_branch') ?? one.target_branch))
    .filter(one => ['all', null, one.state].includes(query.get('state')));
  return page(
    call,
    found.toSorted((a, b) => b.iid - a.iid).map(one => view(world, one)),
  );
}

/**
 * Those that a commit is of, as a commit of theirs or as what their merge made.
 * https://docs.gitlab.com/api/commits/#list-merge-requests-associated-with-a-commit
 */
function ofCommit(call: Call): Answer {
  const { world, parts } = call;
  const sha = parts[1] ?? '';
  if (gitText(world, 'cat-file', '-t', sha) !== 'commit') return refusal(404, '404 Commit Not Found');
  const found = world.mergeRequests.filter(one => {
    const heads = one.versions.map(({ head_commit_sha }) => head_commit_sha);
    return one.mergeCommit === sha || heads.includes(sha);
  });
  return page(
    call,
    found.map(one => view(world, one)),
  );
}

function shown({ world }: Call, one: MergeRequest): Answer {
  return ok({ ...view(world, one), head_pipeline: shownPipeline(world, one) });
}

function open({ world, user, body }: Call): Answer {
  const { source_branch, target_branch } = body;
  const other = world.mergeRequests.find(
    one =>
      one.state === 'opened' && one.source_branch === source_branch && one.target_branch === target_branch,
  );
  if (other !== undefined) {
    return refusal(409, [`Another open merge request already exists for this source branch: !${other.iid}`]);
  }
  const head = branchHead(world, String(source_branch));
  if (head === undefined) return refusal(400, { source_branch: ['does not exist'] });
  const made: MergeRequest = {
    iid: world.mergeRequests.length + 1,
    title: '',
    description: '',
    state: 'opened',
    author: user,
    source_branch: String(source_branch),
    target_branch: String(target_branch),
    source_project_id: world.id,
    labels: [],
    assignees: [],
    reviewers: [],
    versions: [{ id: 1, head_commit_sha: head, created_at: world.now() }],
    approvals: new Map(),
    against: new Set(),
    notes: [],
    actions: [],
    systemNotes: [],
  };
  const wrong = write(world, made, body);
  if (wrong !== undefined) return wrong;
  world.mergeRequests.push(made);
  startPipeline(world, made);
  return ok(view(world, made), 201);
}

function update(call: Call, one: MergeRequest): Answer {
  const { world, user, body } = call;
  const wrong = write(world, one, body);
  if (wrong !== undefined) return wrong;
  if (body.state_event === 'close' && one.state === 'opened') {
    Object.assign(one, { state: 'closed', closedAt: world.now(), closedBy: user });
  }
  return shown(call, one);
}

function write(world: World, one: MergeRequest, body: Call['body']): Answer | undefined {
  const { title = one.title, description = one.description } = body;
  if (String(title).length > 255) return refusal(400, { title: ['is too long (maximum is 255 characters)'] });
  // A quick action is carried out in the name of whoever wrote it.
  if (/^[ \t>]*\/(merge|approve|close|label)\b/m.test(String(description)))
    one.actions.push('by description');
  one.title = String(title).trim();
  one.description = String(description);
  const kept = one.labels.filter(name => !strings(body.remove_labels).includes(name));
  one.labels = [...new Set([...kept, ...strings(body.labels), ...strings(body.add_labels)])];
  if (body.reviewer_ids !== undefined) one.reviewers = people(world, body.reviewer_ids);
  if (body.assignee_ids !== undefined) one.assignees = people(world, body.assignee_ids);
  return undefined;
}

function people({ users, settings }: World, ids: unknown): readonly User[] {
  const found = strings(ids).flatMap(id => users.find(user => String(user.id) === id) ?? []);
  return settings.tier === 'free' ? found.slice(0, 1) : found;
}

function shownPipeline(world: World, one: MergeRequest) {
  const pipeline = headPipeline(world, one);
  if (pipeline === undefined) return null;
  const { id, sha, ref, source } = pipeline;
  return { id, sha, ref, source, status: pipelineStatus(world, pipeline) };
}

/** Who asks for changes is a reviewer: `MergeRequests::UpdateReviewerStateService` of GitLab knows nobody else. */
export function reviewersOf({ users }: World, { reviewers, against }: MergeRequest): readonly User[] {
  return users.filter(user => reviewers.includes(user) || against.has(user.id));
}

function view(world: World, one: MergeRequest) {
  const {
    versions,
    approvals,
    against,
    notes,
    actions,
    systemNotes,
    mergeError,
    isAutoMerge,
    mergeCommit,
    mergedAt,
    closedAt,
    closedBy,
    ...rest
  } = one;
  return {
    ...rest,
    reviewers: reviewersOf(world, one),
    web_url: `${world.web}/-/merge_requests/${one.iid}`,
    created_at: versions.at(-1)?.created_at ?? world.now(),
    draft: one.title.startsWith('Draft:'),
    target_project_id: world.id,
    sha: versions[0]?.head_commit_sha ?? null,
    merge_commit_sha: mergeCommit ?? null,
    squash_commit_sha: null,
    merged_at: mergedAt ?? null,
    closed_at: closedAt ?? null,
    closed_by: closedBy ?? null,
    merge_when_pipeline_succeeds: isAutoMerge === true && one.state === 'opened',
    detailed_merge_status: mergeStatus(world, one),
    user_notes_count: notes.length,
    merge_error: mergeError ?? null,
    ...(world.settings.showsSquashOnMerge && { squash_on_merge: world.settings.squashOption === 'always' }),
  };
}

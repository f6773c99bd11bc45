import { reviewersOf, withOne } from './merge-requests.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import type { MergeRequest } from './world.ts';

const IID = 'projects/{id}/merge_requests/{merge_request_iid}';

/** Approvals, which name no commit, and reviewers' states, which have no time. */
export const APPROVALS: readonly Route[] = [
  { method: 'GET', template: `${IID}/approvals`, handle: withOne(approvals) },
  { method: 'POST', template: `${IID}/approve`, handle: withOne(approve) },
  { method: 'POST', template: `${IID}/unapprove`, handle: withOne(unapprove) },
  { method: 'GET', template: `${IID}/reviewers`, handle: withOne(reviewers) },
];

function approvals({ world }: Call, one: MergeRequest): Answer {
  const approved_by = [...one.approvals].map(([id, approved_at]) => ({
    user: world.users.find(user => user.id === id),
    ...(world.settings.hasApprovedAt && { approved_at }),
  }));
  return ok({ approved: approved_by.length > 0, approved_by });
}

function approve(call: Call, one: MergeRequest): Answer {
  const { user: author, world } = call;
  const created_at = world.now();
  one.approvals.set(author.id, created_at);
  one.systemNotes.push({ author, body: 'approved this merge request', created_at });
  return approvals(call, one);
}

function unapprove(call: Call, one: MergeRequest): Answer {
  const { user: author, world } = call;
  if (!one.approvals.delete(author.id)) return refusal(404, '404 Not Found');
  const created_at = world.now();
  one.systemNotes.push({ author, body: 'unapproved this merge request', created_at });
  return ok({});
}

function reviewers(call: Call, one: MergeRequest): Answer {
  const { world } = call;
  return page(
    call,
    reviewersOf(world, one).map(user => ({
      user,
      state: one.against.has(user.id) ? 'requested_changes' : 'unreviewed',
      created_at: world.now(),
    })),
  );
}

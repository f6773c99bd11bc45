import { type Answer, type Call, listIn, ok, page, type Route, refusal } from './request.ts';
import { userNamed } from './world.ts';

/** Members, groups, pushes and approval rules. */
export const PEOPLE: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/members/all', handle: members },
  { method: 'GET', template: 'groups/{id}/members', handle: groupMembers },
  { method: 'GET', template: 'users', handle: users },
  { method: 'GET', template: 'user', handle: ({ user }) => ok({ state: 'active', ...user }) },
  // `allow_access_with_scope(Gitlab::Auth.all_available_scopes)` of lib/api/personal_access_tokens/self_information.rb
  { method: 'GET', template: 'personal_access_tokens/self', handle: self, isForAnyScope: true },
  { method: 'GET', template: 'projects/{id}/events', handle: events },
  { method: 'GET', template: 'projects/{id}/approval_rules', handle: approvalRules },
];

function members(call: Call): Answer {
  const { world, query } = call;
  const ids = listIn(query, 'user_ids');
  const text = query.get('query') ?? '';
  const found = world.users
    .filter(({ access_level }) => access_level > 0)
    .filter(({ id }) => ids.length === 0 || ids.includes(String(id)))
    .filter(({ username }) => username.toLowerCase().includes(text.toLowerCase()));
  return page(
    call,
    found.map(user => ({ state: 'active', membership_state: 'active', ...user })),
  );
}

/** By exact name, without case: https://docs.gitlab.com/api/users/#list-users */
function users(call: Call): Answer {
  const { world, query } = call;
  const asked = query.get('username')?.toLowerCase();
  return page(
    call,
    world.users.filter(({ username }) => username.toLowerCase() === asked),
  );
}

/** https://docs.gitlab.com/api/personal_access_tokens/#self-inform; only such tokens have one. */
function self({ token: { kind, scopes, expires_at }, user }: Call): Answer {
  if (kind !== 'private')
    return refusal(400, '400 Bad request - This endpoint requires token type to be a personal access token');
  return ok({
    id: 4,
    name: 'promote',
    revoked: false,
    active: true,
    scopes,
    user_id: user.id,
    expires_at: expires_at ?? null,
  });
}

function groupMembers(call: Call): Answer {
  const { world, parts } = call;
  const names = world.groups.get(parts[0] ?? '');
  if (names === undefined) return refusal(404, '404 Group Not Found');
  return page(
    call,
    names.map(name => userNamed(world, name)),
  );
}

function events(call: Call): Answer {
  return page(
    call,
    call.world.events.map(({ author, branch, before, commit, at }) => ({
      action_name: before === undefined ? 'pushed new' : commit === undefined ? 'deleted' : 'pushed to',
      author,
      created_at: at,
      // https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project
      push_data: {
        ref_type: 'branch',
        ref: branch.replace('refs/heads/', ''),
        commit_from: before ?? null,
        commit_to: commit ?? null,
      },
    })),
  );
}

function approvalRules(call: Call): Answer {
  if (call.world.settings.tier === 'free') return refusal(404, '404 Not Found');
  const groups = [{ full_path: 'acme/release-managers' }];
  return page(call, [
    { name: 'Release', approvals_required: 2, users: [], groups, protected_branches: [] },
    { name: 'Other', approvals_required: 1, users: [], groups: [], protected_branches: [{ name: 'other' }] },
  ]);
}

import { account } from './pull-state.ts';
import { type Answer, type Call, notFound, ok, page, type Route, refusal } from './request.ts';
import { userNamed } from './world.ts';

const REPO = '/repos/{owner}/{repo}';

/** Accounts, teams, permissions, activity and rules for branches. */
export const PEOPLE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    template: '/version',
    handle: ({ world }) => ok({ version: world.settings.version }),
    isPublic: true,
  },
  { method: 'GET', template: '/user', handle: ({ user }) => ok(account(user)), scope: 'user' },
  { method: 'GET', template: '/users/{username}', handle: named, scope: 'user' },
  { method: 'GET', template: '/orgs/{org}/teams', handle: teams, scope: 'organization' },
  { method: 'GET', template: '/teams/{id}/members', handle: members, scope: 'organization' },
  {
    method: 'GET',
    template: `${REPO}/collaborators/{collaborator}/permission`,
    handle: permission,
  },
  { method: 'GET', template: `${REPO}/activities/feeds`, handle: activity },
  {
    method: 'GET',
    template: `${REPO}/branch_protections`,
    handle: ({ world }) => ok(world.rules),
    isForAdministrators: true,
  },
];

function named({ world, parts: [login = ''] }: Call): Answer {
  const user = world.users.find(one => one.login.toLowerCase() === login.toLowerCase());
  return user === undefined || user.id < 0 ? notFound() : ok(account(user));
}

/** `reqOrgMembership`: who is in no team of it is no member. */
function teams(call: Call): Answer {
  const { world, user, parts } = call;
  if (parts[0] !== world.owner) return notFound();
  if (user.permission === 'none') return refusal(403, 'Must be an organization member');
  return page(
    call,
    [...world.teams.keys()].map((name, at) => ({ id: at + 1, name })),
  );
}

function members(call: Call): Answer {
  const { world, user, parts } = call;
  const logins = [...world.teams.values()][Number(parts[0]) - 1];
  if (logins === undefined || user.permission === 'none') return notFound();
  return page(
    call,
    logins.map(login => account(userNamed(world, login))),
    false,
  );
}

/** `GetRepoPermissions` of `routers/api/v1/repo/collaborators.go`. */
function permission({ world, user, token, parts: [login = ''] }: Call): Answer {
  if (token.kind === 'job' || (user.permission !== 'admin' && user.login !== login)) {
    return refusal(
      403,
      'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own',
    );
  }
  const found = world.users.find(one => one.login === login);
  if (found === undefined) return { status: 404, body: { message: `user does not exist [name: ${login}]` } };
  return ok({ permission: found.permission, role_name: found.permission, user: account(found) });
}

/** `activityQueryCondition` of `models/activities/action.go`: by whom the users' table has, or their own. */
function activity(call: Call): Answer {
  const { world, user } = call;
  const seen = world.activity.filter(
    ({ by }) => by.id > 0 && (!by.keepsActivityPrivate || by.id === user.id),
  );
  return page(
    call,
    seen.map(({ by, branch, commit, at }, id) => ({
      id,
      op_type: commit === undefined ? 'delete_branch' : 'commit_repo',
      act_user: account(by),
      act_user_id: by.id,
      ref_name: `refs/heads/${branch}`,
      content:
        commit === undefined ? '' : JSON.stringify({ Commits: [], HeadCommit: { Sha1: commit }, Len: 1 }),
      created: at,
    })),
    false,
  );
}

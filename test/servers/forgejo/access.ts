import type { IncomingMessage, ServerResponse } from 'node:http';
import { runBackend } from '../git-backend.ts';
import { headsOf } from '../gitlab/heads.ts';
import { notePusher } from './follow.ts';
import { type Answer, notFound, type Route, refusal } from './request.ts';
import { isWriter, mayPush, type Token, type User, userNamed, type World } from './world.ts';

/** The token that a request gives: https://docs.gitea.com/development/api-usage#authentication */
export function tokenIn({ tokens }: World, { headers }: IncomingMessage): Token | undefined {
  return tokens.get(headers.authorization?.replace(/^(token|Bearer) /, '') ?? '');
}

/**
 * What keeps a token from a request: its scopes (`tokenRequiresScopes` of `routers/api/v1/api.go`; a job's has none and
 * reaches its own repository), then its owner's rights.
 */
export function accessViolation(token: Token, user: User, route: Route): Answer | undefined {
  const { method, template, scope = 'repository', isPublic, isForAdministrators, isForReaders } = route;
  if (isPublic) return undefined;
  const isRepository = template.startsWith('/repos/');
  if (token.kind === 'job') {
    if (isForAdministrators)
      return refusal(403, 'user should be an owner or a collaborator with admin write of a repository');
    if (template.startsWith('/orgs/') || template.startsWith('/teams/'))
      return refusal(403, 'Must be an organization member');
  } else {
    const wanted = method === 'GET' ? [`read:${scope}`, `write:${scope}`] : [`write:${scope}`];
    if (!wanted.some(one => token.scopes.includes(one)))
      return refusal(403, `token does not have at least one of required scope(s): [${wanted[0]}]`);
  }
  if (isRepository && user.permission === 'none') return notFound();
  if (isForAdministrators && user.permission !== 'admin')
    return refusal(403, 'user should be an owner or a collaborator with admin write of a repository');
  if (isRepository && method !== 'GET' && !isForReaders && !isWriter(user))
    return refusal(403, 'user should have a permission to write to a repo');
  return undefined;
}

/** Git over HTTP for those whose token may. */
export function serveGit(
  world: World,
  root: string,
  message: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const [, password = ''] = atob(message.headers.authorization?.replace('Basic ', '') ?? '').split(':');
  const token = world.tokens.get(password);
  const user = token && userNamed(world, token.login);
  if (token === undefined || user === undefined) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="Gitea"' }).end('Unauthorized');
    return;
  }
  const isPush = path.includes('git-receive-pack');
  const isIn = token.kind === 'job' || token.scopes.some(scope => /:repository$/.test(scope));
  const pushes = token.kind === 'job' || token.scopes.includes('write:repository');
  if (!isIn || user.permission === 'none') {
    response.writeHead(404).end('Not found');
    return;
  }
  if (isPush && !(pushes && isWriter(user))) {
    response.writeHead(403).end('User permission denied for writing.');
    return;
  }
  if (path.endsWith('/git-receive-pack')) notePusher(world, user);
  message.url = path;
  const branches = [
    ...new Set([...headsOf(world.bare).keys(), ...world.rules.map(({ rule_name }) => rule_name)]),
  ];
  const closed = branches.filter(branch => !mayPush(world, user, branch));
  void runBackend(root, message, response, false, { CLOSED_BRANCHES: closed.join(' ') });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { runBackend } from '../git-backend.ts';
import { notePusher } from './follow.ts';
import { type Answer, type Route, refusal } from './request.ts';
import { type Token, userNamed, type World } from './world.ts';

/** The token that a request gives in its kind's header. */
export function tokenIn({ tokens }: World, { headers }: IncomingMessage): Token | undefined {
  const given = (kind: Token['kind'], text: unknown) => {
    const token = tokens.get(String(text));
    return token?.kind === kind ? token : undefined;
  };
  return (
    given('private', headers['private-token']) ??
    given('job', headers['job-token']) ??
    given('oauth', headers.authorization?.replace('Bearer ', ''))
  );
}

/** Where a job token is not taken, GitLab sees nobody, and hides a private project from them. */
export function accessViolation(
  token: Token | undefined,
  { method, isForJobs, isForAnyScope }: Route,
): Answer | undefined {
  if (token?.kind === 'job' && isForJobs !== true) return refusal(404, '404 Project Not Found');
  if (token === undefined || token.scopes.includes('api') || isForAnyScope) return undefined;
  if (method === 'GET' && token.scopes.includes('read_api')) return undefined;
  const error_description = 'The request requires higher privileges than provided by the access token.';
  return { status: 403, body: { error: 'insufficient_scope', error_description, scope: 'api' } };
}

/** Git over HTTP for those whose token may. */
export function serveGit(
  world: World,
  root: string,
  message: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const [username, password] = atob(message.headers.authorization?.replace('Basic ', '') ?? '').split(':');
  const token = world.tokens.get(password ?? '');
  const level = token === undefined ? 0 : userNamed(world, token.username).access_level;
  const isNamed = token?.kind === 'job' ? username === 'gitlab-ci-token' : username === 'oauth2';
  if (token === undefined || !isNamed || level < 20) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="GitLab"' }).end('HTTP Basic: Access denied');
    return;
  }
  if (path.includes('git-receive-pack') && level < 30) {
    response.writeHead(403).end('You are not allowed to push code to this project.');
    return;
  }
  if (path.endsWith('/git-receive-pack')) notePusher(world, userNamed(world, token.username));
  message.url = path;
  void runBackend(root, message, response, false, {
    MAY_PUSH_TO_MAIN: level >= world.settings.protectedLevel ? 'yes' : 'no',
    PUSH_RULE: world.settings.pushRule ?? '',
  });
}

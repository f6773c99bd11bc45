import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessViolation, serveGit, tokenIn } from './gitlab/access.ts';
import { APPROVALS } from './gitlab/approvals.ts';
import { createWorld, tokenOf } from './gitlab/create-world.ts';
import { DEPLOYMENTS } from './gitlab/deployments.ts';
import { describedBy } from './gitlab/description.ts';
import { follow } from './gitlab/follow.ts';
import { graphql } from './gitlab/graphql.ts';
import { ISSUES } from './gitlab/issues.ts';
import { JOBS } from './gitlab/jobs.ts';
import { MERGE_REQUESTS } from './gitlab/merge-requests.ts';
import { MERGE_REQUEST_NOTES } from './gitlab/notes.ts';
import { PEOPLE } from './gitlab/people.ts';
import { REPOSITORY } from './gitlab/repository.ts';
import { type Answer, type Fields, type Route, readBody, refusal } from './gitlab/request.ts';
import { STARTED_PIPELINES } from './gitlab/started-pipelines.ts';
import { STATUSES } from './gitlab/statuses.ts';
import { userNamed, type World } from './gitlab/world.ts';
import { listen, portOf } from './registry.ts';

export { PROJECT, tokenOf } from './gitlab/create-world.ts';

/** A GitLab instance below a path, with one project over a real Git repository: its API, and Git over HTTP. */
export interface GitLabServer {
  /** The instance: `http://127.0.0.1:port/gitlab`. */
  readonly url: string;
  readonly world: World;
  /** Method and path of each request since the last call, Git's included. */
  calls(): readonly string[];
  /** Requests that GitLab's own description does not allow (`PROMOTE_GITLAB_OPENAPI` names it). */
  readonly violations: readonly string[];
  /** Another answer instead of the request's, asked for each request of the API and of Git. */
  faults: (line: string) => Answer | undefined;
  /** A request by a person, as through the web: checked, but not counted. */
  as(username: string, method: string, path: string, body?: Fields): Promise<Answer>;
  close(): Promise<void>;
}

const BASE = '/gitlab';
const ROUTES = [
  ...REPOSITORY,
  ...MERGE_REQUESTS,
  ...MERGE_REQUEST_NOTES,
  ...APPROVALS,
  ...STATUSES,
  ...PEOPLE,
  ...JOBS,
  ...DEPLOYMENTS,
  ...ISSUES,
  ...STARTED_PIPELINES,
];

/** The access level that a request takes: a Developer's where it writes, unless the route says otherwise. */
function levelOf({ method, level = 30 }: Route): number {
  return method === 'GET' ? 0 : level;
}

/** Starts GitLab on a loopback port. */
export async function startGitLab(): Promise<GitLabServer> {
  const root = await mkdtemp(join(tmpdir(), 'promote-gitlab-'));
  const file = process.env.PROMOTE_GITLAB_OPENAPI;
  const violation = file === undefined ? () => undefined : describedBy(file);
  const violations: string[] = [];
  let seen: string[] = [];
  const server = createServer(async (message, response) => {
    const line = `${message.method} ${message.url}`;
    if (message.headers['x-person'] === undefined) seen.push(line);
    const path = (message.url ?? '/').slice(BASE.length);
    const isGraphql = path === '/api/graphql';
    if (!message.url?.startsWith(`${BASE}/`)) send(response, refusal(404, 'not GitLab'));
    else if (isGraphql) send(response, await graphqlAnswer(message));
    else if (path.startsWith('/api/v4/'))
      send(response, await answer(message, path.slice('/api/v4/'.length)));
    else {
      const fault = gitlab.faults(`${message.method} ${path}`);
      if (fault !== undefined) send(response, fault);
      else serveGit(gitlab.world, root, message, response, path);
    }
  });

  async function graphqlAnswer(message: IncomingMessage): Promise<Answer> {
    const body = await readBody(message);
    const fault = gitlab.faults(`${message.method} /api/graphql`);
    if (fault !== undefined) return fault;
    const token = tokenIn(gitlab.world, message);
    follow(gitlab.world);
    return await graphql(gitlab.world, token, body);
  }

  async function answer(message: IncomingMessage, path: string): Promise<Answer> {
    const url = new URL(`http://gitlab/${path}`);
    const names = url.pathname.slice(1).split('/');
    const route = ROUTES.find(one => one.method === message.method && matches(one, names));
    const body = await readBody(message);
    if (route === undefined) return refusal(404, `404 Not Found: ${message.method} ${path}`);
    const { method, template } = route;
    const wrong = violation({ method, template, query: url.searchParams, body });
    if (wrong !== undefined) violations.push(wrong);
    const isPerson = message.headers['x-person'] !== undefined;
    const fault = isPerson ? undefined : gitlab.faults(`${message.method} ${path}`);
    if (fault !== undefined) return fault;
    const { world } = gitlab;
    const token = tokenIn(world, message);
    const turnedAway = accessViolation(token, route);
    if (token === undefined || turnedAway !== undefined)
      return turnedAway ?? refusal(401, '401 Unauthorized');
    const user = userNamed(world, token.username);
    if (user.access_level < 20) return refusal(404, '404 Project Not Found');
    if (user.access_level < levelOf(route)) return refusal(403, '403 Forbidden');
    follow(world);
    const parts = names.filter((_, at) => template.split('/')[at]?.startsWith('{')).map(decodeURIComponent);
    const elsewhere = template.startsWith('projects/')
      ? notHere(world, url, message.method, parts[0])
      : undefined;
    if (elsewhere !== undefined) return elsewhere;
    return route.handle({ world, user, token, query: url.searchParams, body, parts });
  }

  await listen(server);
  const url = `http://127.0.0.1:${portOf(server)}${BASE}`;
  const gitlab: GitLabServer = {
    url,
    world: await createWorld(root, url),
    violations,
    faults: () => undefined,
    calls() {
      const calls = seen;
      seen = [];
      return calls;
    },
    async as(username, method, path, body) {
      const answered = await fetch(
        `${url}/api/v4/projects/${encodeURIComponent(gitlab.world.path)}/${path}`,
        {
          method,
          headers: { 'private-token': tokenOf(username), 'x-person': username },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        },
      );
      return { status: answered.status, body: await answered.json() };
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return gitlab;
}

function matches({ template }: Route, names: readonly string[]): boolean {
  const parts = template.split('/');
  return (
    parts.length === names.length && parts.every((part, at) => part.startsWith('{') || part === names[at])
  );
}

/**
 * What GitLab answers for another path than the project's: a project's former one leads to its number, for reads alone.
 * https://docs.gitlab.com/api/rest/#redirects, `find_project!` in `lib/api/helpers.rb`
 */
function notHere(world: World, { pathname, search }: URL, method = 'GET', path = ''): Answer | undefined {
  if (path === world.path || path === String(world.id)) return undefined;
  if (path !== world.settings.movedFrom) return refusal(404, '404 Project Not Found');
  if (method !== 'GET') return refusal(405, 'Non GET methods are not allowed for moved projects');
  const [, ...rest] = pathname.slice('/projects/'.length).split('/');
  const location = `http://gitlab.example/api/v4/${['projects', world.id, ...rest].join('/')}${search}`;
  return {
    status: 301,
    headers: { location },
    body: { message: `This resource has been moved permanently to ${location}` },
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isBytes = Buffer.isBuffer(body);
  const type = isBytes ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(isBytes ? body : JSON.stringify(body ?? {}));
}

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessViolation, serveGit, tokenIn } from './forgejo/access.ts';
import { createWorld, tokenOf } from './forgejo/create-world.ts';
import { describedBy } from './forgejo/description.ts';
import { follow } from './forgejo/follow.ts';
import { ISSUE_ROUTES } from './forgejo/issues.ts';
import { PEOPLE_ROUTES } from './forgejo/people.ts';
import { PULL_ROUTES } from './forgejo/pulls.ts';
import { REPOSITORY_ROUTES } from './forgejo/repository.ts';
import { type Answer, type Fields, notFound, type Route, readBody, refusal } from './forgejo/request.ts';
import { REVIEW_ROUTES } from './forgejo/reviews.ts';
import { STATUS_ROUTES } from './forgejo/statuses.ts';
import { userNamed, type World } from './forgejo/world.ts';
import { listen, portOf } from './registry.ts';

export { protectionOf, REPOSITORY, tokenOf } from './forgejo/create-world.ts';

/** An instance of Forgejo below a path, with one repository over real Git: its API, and Git over HTTP. */
export interface ForgejoServer {
  /** The instance: `http://127.0.0.1:port/git`. */
  readonly url: string;
  readonly world: World;
  /** Method and path of each request since the last call, Git's included. */
  calls(): readonly string[];
  /** What is not as Forgejo's own description has it, requests and answers (`PROMOTE_FORGEJO_OPENAPI` names it). */
  readonly violations: readonly string[];
  /** Another answer instead of the request's, asked for each request of the API and of Git. */
  faults: (line: string) => Answer | undefined;
  /** A request by a person, as through the web: checked, but not counted. */
  as(login: string, method: string, path: string, body?: Fields): Promise<Answer>;
  close(): Promise<void>;
}

const BASE = '/git';
const API = '/api/v1';
const ROUTES = [
  ...REPOSITORY_ROUTES,
  ...REVIEW_ROUTES,
  ...ISSUE_ROUTES,
  ...STATUS_ROUTES,
  ...PEOPLE_ROUTES,
  // A pair of branches looks like anything below a pull request.
  ...PULL_ROUTES,
];

/** Starts Forgejo on a loopback port. */
export async function startForgejo(): Promise<ForgejoServer> {
  const root = await mkdtemp(join(tmpdir(), 'promote-forgejo-'));
  const file = process.env.PROMOTE_FORGEJO_OPENAPI;
  const violation = file === undefined ? () => undefined : describedBy(file);
  const violations: string[] = [];
  let seen: string[] = [];
  const server = createServer(async (message, response) => {
    if (message.headers['x-person'] === undefined) seen.push(`${message.method} ${message.url}`);
    const path = (message.url ?? '/').slice(BASE.length);
    if (!message.url?.startsWith(`${BASE}/`)) send(response, refusal(404, 'not Forgejo'));
    else if (path.startsWith(`${API}/`)) send(response, await answer(message, path.slice(API.length)));
    else {
      const fault = forgejo.faults(`${message.method} ${path}`);
      if (fault !== undefined) send(response, fault);
      else serveGit(forgejo.world, root, message, response, path);
    }
  });

  async function answer(message: IncomingMessage, path: string): Promise<Answer> {
    const url = new URL(`http://forgejo${path}`);
    const names = url.pathname.split('/');
    const route = ROUTES.find(one => one.method === message.method && matches(one, names));
    const body = await readBody(message);
    if (route === undefined) return refusal(404, `no such request: ${message.method} ${path}`);
    const { method, template } = route;
    const isPerson = message.headers['x-person'] !== undefined;
    const fault = isPerson ? undefined : forgejo.faults(`${message.method} ${path}`);
    if (fault !== undefined) return fault;
    const given = respond(message, route, names, url, body);
    const { status, body: shown } = given;
    // What is sent, without what JSON leaves out.
    const answered =
      Buffer.isBuffer(shown) || shown === undefined ? undefined : JSON.parse(JSON.stringify(shown));
    const wrong = violation({ method, template, query: url.searchParams, body, status, answered });
    if (wrong !== undefined) violations.push(wrong);
    return given;
  }

  function respond(
    message: IncomingMessage,
    route: Route,
    names: readonly string[],
    { searchParams: query }: URL,
    body: Fields,
  ): Answer {
    const { world } = forgejo;
    const token = tokenIn(world, message);
    if (token === undefined) return refusal(401, 'user does not exist [uid: 0, name: ]');
    const user = userNamed(world, token.login);
    const turnedAway = accessViolation(token, user, route);
    if (turnedAway !== undefined) return turnedAway;
    follow(world);
    const template = route.template.split('/');
    const last = template.length - 1;
    const parts = template.flatMap((part, at) => {
      if (!part.startsWith('{')) return [];
      const text = route.isOpen && at === last ? names.slice(at).join('/') : (names[at] ?? '');
      return [decodeURIComponent(text)];
    });
    const isRepository = route.template.startsWith('/repos/');
    if (isRepository && parts.slice(0, 2).join('/') !== `${world.owner}/${world.repo}`) return notFound();
    return route.handle({ world, user, token, query, body, parts: isRepository ? parts.slice(2) : parts });
  }

  await listen(server);
  const url = `http://127.0.0.1:${portOf(server)}${BASE}`;
  const forgejo: ForgejoServer = {
    url,
    world: await createWorld(root, url),
    violations,
    faults: () => undefined,
    calls() {
      const calls = seen;
      seen = [];
      return calls;
    },
    async as(login, method, path, body) {
      const { owner, repo } = forgejo.world;
      const answered = await fetch(`${url}${API}/repos/${owner}/${repo}/${path}`, {
        method,
        headers: { authorization: `token ${tokenOf(login)}`, 'x-person': login },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answered.text();
      return { status: answered.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return forgejo;
}

function matches({ template, isOpen }: Route, names: readonly string[]): boolean {
  const parts = template.split('/');
  const fits = isOpen ? names.length >= parts.length : names.length === parts.length;
  return fits && parts.every((part, at) => (part.startsWith('{') ? names[at] !== '' : part === names[at]));
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isBytes = Buffer.isBuffer(body);
  const type = isBytes ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  if (body === undefined) response.end();
  else response.end(isBytes ? body : JSON.stringify(body));
}

import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { byFirstNames, byPresentNames } from './github/accounts.ts';
import { checkRuns } from './github/check-runs.ts';
import { comments } from './github/comments.ts';
import { commitPulls } from './github/commit-pulls.ts';
import { deployments } from './github/deployments.ts';
import { violation } from './github/description.ts';
import { dispatchedRuns } from './github/dispatched-runs.ts';
import { type Emulated, startEmulated, tokenOf } from './github/emulated.ts';
import { cutTree, extras, withRepositorySettings } from './github/extras.ts';
import { graphql } from './github/graphql.ts';
import { graphqlViolation } from './github/graphql-description.ts';
import { issues } from './github/issues.ts';
import { merge, settleAutoMerges } from './github/merge.ts';
import { withMergeState } from './github/merge-state.ts';
import { atPresent, leadAway, ofOtherOwner } from './github/moved.ts';
import { onlyReads } from './github/objects.ts';
import { refuseUngranted } from './github/permissions.ts';
import { pullIssues } from './github/pull-issues.ts';
import { noteEnd, refusePull, showPulls, withReviewedCommit } from './github/pulls.ts';
import { afterRefWrite, refuseProtected } from './github/refs.ts';
import { type ApiAnswer, type ApiRequest, readRequest, refusal } from './github/request.ts';
import { statuses } from './github/statuses.ts';
import { tarball } from './github/tarball.ts';
import { updateBranch } from './github/update-branch.ts';
import { withVerification } from './github/verification.ts';
import { refuseWorkflows } from './github/workflows.ts';
import type { World } from './github/world.ts';
import { listen, portOf } from './registry.ts';

export { APP, BOT, READER, tokenOf } from './github/emulated.ts';

/** What goes wrong with a request: another answer instead of it, or one that hides that it was carried out. */
export type GitHubFault = ApiAnswer & { readonly when: 'instead' | 'afterwards' };

/** GitHub with one repository, `acme/gitops`: the `emulate` package, with what it lacks and refuses not. */
export interface GitHubServer {
  readonly url: string;
  readonly appKey: string;
  /** What the server knows beyond `emulate`: statuses, approvals, rules, settings. */
  readonly world: World;
  /** Method and path of each request since the last call; what GraphQL only reads is a GET. */
  calls(): readonly string[];
  /** Requests that GitHub's own description does not allow. */
  readonly violations: readonly string[];
  /** What goes wrong, asked for each request. */
  faults: (line: string) => GitHubFault | undefined;
  /** A request by a person, as through the web: checked and amended like any other, but not counted. */
  as(login: string, method: string, path: string, body?: object): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** Starts GitHub on a loopback port. */
export async function startGitHub(): Promise<GitHubServer> {
  const violations: string[] = [];
  let seen: string[] = [];
  let order: Promise<unknown> = Promise.resolve();
  const server = createServer(async (message, response) => {
    const request = await readRequest(message);
    const line = `${onlyReads(request) ? 'GET' : request.method} ${message.url}`;
    if (request.headers['x-person'] === undefined) seen.push(line);
    // One after the other: a rule is checked and its request carried out before the next request is looked at.
    const answered = order.then(() => answer(line, request));
    order = answered.catch(() => undefined);
    const { status, headers, body } = await answered.catch(error => refusal(500, String(error)));
    send(request, response, { status, headers: { ...tokenHeaders(world, request), ...headers }, body });
  });

  async function answer(line: string, request: ApiRequest): Promise<ApiAnswer> {
    const wrong = violationOf(request);
    if (wrong !== undefined) {
      violations.push(wrong);
      return refusal(422, `the description of the API does not allow this: ${wrong}`);
    }
    const fault = request.headers['x-person'] === undefined ? github.faults(line) : undefined;
    if (fault?.when === 'instead') return fault;
    const asked = byFirstNames(world, atPresent(world, request));
    const answered = leadAway(world, request) ?? byPresentNames(world, await route(world, asked));
    return fault ?? answered;
  }

  await listen(server);
  const url = `http://127.0.0.1:${portOf(server)}`;
  const emulated = await startEmulated('acme', 'gitops', url);
  const world = createWorld(emulated);
  const github: GitHubServer = {
    url,
    appKey: emulated.appKey,
    world,
    violations,
    faults: () => undefined,
    calls() {
      const calls = seen;
      seen = [];
      return calls;
    },
    async as(login, method, path, body) {
      const answered = await fetch(`${url}/repos/acme/gitops/${path}`, {
        method,
        headers: { authorization: `Bearer ${tokenOf(login)}`, 'x-person': login },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answered.text();
      return { status: answered.status, ...(text !== '' && { body: JSON.parse(text) }) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await emulated.close();
    },
  };
  return github;
}

function createWorld(emulated: Emulated): World {
  return {
    owner: 'acme',
    repo: 'gitops',
    emulated,
    ended: new Map(),
    comments: [],
    gone: new Set(),
    renamed: new Map(),
    assignees: new Map(),
    statuses: [],
    commits: [],
    checkRuns: [],
    activities: [],
    timelines: new Map(),
    approvals: new Map(),
    environments: new Map(),
    runs: new Map(),
    attempts: new Map(),
    annotations: new Map(),
    dispatches: [],
    dispatched: [],
    deployments: [],
    issues: [],
    required: [],
    rulesets: new Map(),
    queued: [],
    autoMerges: new Map(),
    forked: new Map(),
    trials: new Map(),
    settings: {
      mergesLate: false,
      isPublic: false,
      hasIssues: true,
      dropsLabels: false,
      hasMergeQueue: false,
      methods: new Set(['merge', 'squash', 'rebase']),
      strict: false,
      linearHistory: false,
      unmet: [],
      forbidsForce: false,
      deletesBranches: false,
      allowsAutoMerge: true,
      protectedBranches: new Set(),
      mostTreeEntries: 100_000,
      exportIgnored: new Set(),
      hasUpdateRefs: true,
      slowObjects: false,
      disabledWorkflows: new Set(),
      runsLate: 1,
    },
  };
}

/** Of GitHub's own descriptions, which leave out the archive's second address and repositories by number. */
function violationOf({ method, url, body }: ApiRequest): string | undefined {
  if (url.pathname === '/graphql') return graphqlViolation(body);
  return /^\/(?:codeload|repositories)\//.test(url.pathname) ? undefined : violation(method, url, body);
}

async function route(world: World, request: ApiRequest): Promise<ApiAnswer> {
  const own =
    refuseUngranted(world, request) ??
    refuseProtected(world, request) ??
    refuseWorkflows(request) ??
    (await graphql(world, request)) ??
    (await tarball(world, request)) ??
    (await statuses(world, request)) ??
    checkRuns(world, request) ??
    (await deployments(world, request)) ??
    (await commitPulls(world, request)) ??
    (await dispatchedRuns(world, request)) ??
    extras(world, request) ??
    (await comments(world, request)) ??
    issues(world, request) ??
    (await pullIssues(world, request)) ??
    ofOtherOwner(world, request) ??
    (await refusePull(world, request)) ??
    (await updateBranch(world, request)) ??
    (await merge(world, request));
  if (own !== undefined) return await settled(world, request, own);
  await noteEnd(world, request);
  const answered = await world.emulated.forward(await withReviewedCommit(world, request));
  if (answered.status < 300) await afterRefWrite(world, request);
  const shown = await withMergeState(world, request, await showPulls(world, request, answered));
  return withRepositorySettings(
    world,
    request,
    cutTree(world, request, withVerification(world, request, shown)),
  );
}

/** What a write sets off. */
async function settled(world: World, request: ApiRequest, answer: ApiAnswer): Promise<ApiAnswer> {
  if (request.method !== 'GET' && answer.status < 300) await settleAutoMerges(world, request);
  return answer;
}

/**
 * What an answer says of the token; of a job's or an App's it says nothing.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
function tokenHeaders(
  { settings: { scopes, tokensEnd } }: World,
  { authorization }: ApiRequest,
): Readonly<Record<string, string>> {
  if (!/\bghp_/.test(authorization)) return {};
  return {
    ...(scopes !== undefined && { 'x-oauth-scopes': scopes }),
    ...(tokensEnd !== undefined && { 'github-authentication-token-expiration': tokensEnd }),
  };
}

function send(request: ApiRequest, response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, headers).end(body);
    return;
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const isSame = request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag;
  response.writeHead(isSame ? 304 : status, {
    'content-type': 'application/json; charset=utf-8',
    ...(request.method === 'GET' && { etag }),
    ...headers,
  });
  response.end(isSame || text === '' ? undefined : text);
}

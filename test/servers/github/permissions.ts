import { JOB_TOKEN } from './job-token.ts';
import { type ApiAnswer, type ApiRequest, fields, refusal } from './request.ts';
import type { World } from './world.ts';

type Needed = readonly [permission: string, level: 'read' | 'write'];

/** Refuses a job's own token what the job's `permissions` do not grant, where the test names them. */
export function refuseUngranted({ settings }: World, request: ApiRequest): ApiAnswer | undefined {
  const { grants } = settings;
  if (grants === undefined || !request.authorization.endsWith(` ${JOB_TOKEN}`)) return undefined;
  const [permission, level] = needed(request) ?? [];
  if (permission === undefined || grants[permission] === 'write' || grants[permission] === level)
    return undefined;
  const message = 'Resource not accessible by integration';
  return request.url.pathname === '/graphql'
    ? { status: 200, body: { data: null, errors: [{ type: 'FORBIDDEN', message }] } }
    : refusal(403, message);
}

/** The permissions for what belongs to a commit, and is none of its contents. */
const OF_COMMITS: Readonly<Record<string, string>> = {
  statuses: 'statuses',
  'check-runs': 'checks',
  pulls: 'pull-requests',
};

/** What https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps says of requests. */
function needed(request: ApiRequest): Needed | undefined {
  const { method, url, parts, body } = request;
  const level = method === 'GET' ? 'read' : 'write';
  if (url.pathname === '/graphql') {
    const query = String(fields(body).query);
    if (query.includes('viewer')) return undefined;
    if (query.includes('object(oid:')) return ['contents', 'read'];
    if (query.includes('statusCheckRollup')) return ['checks', 'read'];
    if (/^\s*query\b/.test(query)) return ['pull-requests', 'read'];
    return query.includes('updateRefs') ? ['contents', 'write'] : ['pull-requests', 'write'];
  }
  const [, , , kind, id, action] = parts;
  switch (kind) {
    case undefined:
    case 'collaborators':
    case 'rules':
      return undefined;
    case 'pulls':
      return action === 'merge' ? ['contents', 'write'] : ['pull-requests', level];
    case 'issues':
      return [ofIssue(request), level];
    case 'pages':
    case 'deployments':
    case 'statuses':
      return [kind, level];
    case 'commits':
      return [OF_COMMITS[action ?? ''] ?? 'contents', level];
    case 'check-runs':
      return ['checks', level];
    case 'actions':
      return id === 'runs' || id === 'workflows' ? ['actions', level] : undefined;
    default:
      return ['contents', level];
  }
}

/** The list, and changes of an issue's text; what is done to a pull request as an issue needs the right to that. */
function ofIssue({ method, parts }: ApiRequest): string {
  return parts[4] === undefined || method === 'PATCH' ? 'issues' : 'pull-requests';
}

/** A refused request, with what shows the rights that it needs. */
export interface RefusedRequest {
  readonly method: string;
  /** The path below the repository, or else below the API; for GraphQL the mutation's name. */
  readonly subject: string;
  /** Headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * What a refused request needs, such as `needs pull-requests: write`. GitHub shows it in
 * `x-accepted-github-permissions` (fine-grained tokens and Apps) or `x-accepted-oauth-scopes` (classic
 * tokens). Else GitHub's documentation shows it. `undefined` where a classic token's scopes suffice: then its
 * owner lacks access. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function neededPermission({ method, subject, headers }: RefusedRequest): string | undefined {
  const ways = (headers.get('x-accepted-github-permissions') ?? '')
    .split(';')
    .map(readable)
    .filter(way => way !== '');
  if (ways.length > 0) return `needs ${ways.join(', or ')}`;
  const accepted = scopes(headers.get('x-accepted-oauth-scopes'));
  const has = scopes(headers.get('x-oauth-scopes'));
  if (accepted.length > 0)
    return accepted.some(scope => has.includes(scope))
      ? undefined
      : `needs the scope ${accepted.join(' or ')}`;
  return headers.has('x-oauth-scopes') ? undefined : `needs ${documented(method, subject)}`;
}

/** The first match counts; any other request is about the repository's contents. */
const DOCUMENTED: readonly (readonly [subject: RegExp, permission: string, level?: 'read' | 'write'])[] = [
  [/^\/pulls\/\d+\/merge$|^updateRefs$/, 'contents', 'write'],
  [/^(?:enqueuePullRequest|enablePullRequestAutoMerge)$/, 'pull-requests', 'write'],
  [/^\/(?:pulls|issues)\b/, 'pull-requests'],
  [/^\/(?:commits\/[^/]+\/)?statuses\b/, 'statuses'],
  [/^\/actions\//, 'actions'],
  [/^\/orgs\//, 'members', 'read'],
  [/^\/(?:collaborators|rules)\//, 'metadata', 'read'],
];

function documented(method: string, subject: string): string {
  const [, permission = 'contents', level = method === 'GET' ? 'read' : 'write'] =
    DOCUMENTED.find(([pattern]) => pattern.test(subject)) ?? [];
  return `${permission}: ${level}`;
}

function readable(way: string): string {
  return [...way.matchAll(/([a-z_]+)=([a-z]+)/g)]
    .map(([, name = '', level]) => `${name.replaceAll('_', '-')}: ${level}`)
    .join(' and ');
}

function scopes(header = ''): readonly string[] {
  return header
    .split(',')
    .map(scope => scope.trim())
    .filter(scope => scope !== '');
}

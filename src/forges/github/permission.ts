/**
 * What a refused request would have needed, such as `needs pull-requests: write`, as GitHub tells it in
 * `x-accepted-github-permissions` (fine-grained tokens and Apps) or `x-accepted-oauth-scopes` (classic tokens).
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function neededPermission(headers: ReadonlyMap<string, string>): string | undefined {
  const permissions = headers.get('x-accepted-github-permissions') ?? '';
  const ways = permissions
    .split(';')
    .map(readable)
    .filter(way => way !== '');
  if (ways.length > 0) return `needs ${ways.join(', or ')}`;
  const has = scopes(headers.get('x-oauth-scopes'));
  const accepted = scopes(headers.get('x-accepted-oauth-scopes'));
  if (accepted.length === 0 || accepted.some(scope => has.includes(scope))) return undefined;
  return `needs the scope ${accepted.join(' or ')}`;
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

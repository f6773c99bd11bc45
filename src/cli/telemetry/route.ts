/** The fixed words in paths of known APIs. Any other part of a path may be a name, a number or a secret. */
const WORDS = new Set(
  [
    'v1 v2 v3 v4 api rest graphql repos projects repository repositories groups orgs users user teams members',
    'manifests blobs uploads tags list referrers token pulls issues comments reviews statuses status check-runs',
    'check-suites commits commit compare contents git refs heads ref trees branches protection rules merge',
    'merge_requests approvals notes pipelines jobs deployments environments actions runs releases labels files',
    'archive search approvals installation installations app access_tokens permission collaborators version',
    'log entries timestamp oauth2 service',
  ].flatMap(words => words.split(' ')),
);

/** A path such as `/v2/{}/manifests/{}`: each run of parts that are no fixed words is shown as `{}`. */
export function routeOf(path: string): string {
  const parts = path.split('/').filter(part => part !== '');
  const shown = parts.map((part, at) => (WORDS.has(part) && !isName(parts, at) ? part : '{}'));
  return `/${shown.filter((part, at) => part !== '{}' || shown[at - 1] !== '{}').join('/')}`;
}

/** Whether a part is in a repository's name, which may contain any word: `/v2/team/blobs/manifests/1.0`. */
function isName(parts: readonly string[], at: number): boolean {
  if (parts[0] !== 'v2' || at === 0) return false;
  const kind = parts.findLastIndex(part => ['manifests', 'blobs', 'tags', 'referrers'].includes(part));
  return at < kind;
}

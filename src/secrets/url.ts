const SHOWN = new Set([
  'artifactType',
  'digest',
  'from',
  'last',
  'mount',
  'n',
  'page',
  'per_page',
  'ref',
  'scope',
  'service',
]);
const LONGEST = 512;

/** A URL for people to read: without user and password, and without any query value not known to be harmless. */
export function redactUrl(url: URL): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${SHOWN.has(name) ? value : '…'}`);
  const text = `${url.origin}${url.pathname}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  // The URL is cut between parts, since the start of a secret would not be recognised.
  return text.length > LONGEST ? text.slice(0, LONGEST).replace(/[^/?&]*$/, '…') : text;
}

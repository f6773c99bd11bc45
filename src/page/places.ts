/** The page that a reader is on, its subject, and its filters. */
export interface Place {
  readonly page: string;
  readonly names: readonly string[];
  readonly query: URLSearchParams;
}

/** The place that a URL's hash names: `#/promotion/qa/0123?q=api`. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...names] = path.split('/').map(decoded);
  return { page, names, query: new URLSearchParams(query) };
}

/** The hash of a place's URL. */
export function addressOf(page: string, ...names: readonly string[]): string {
  return `#/${[page, ...names].map(encodeURIComponent).join('/')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/** Where a reader is: a page, what it is about, and what is looked for. */
export interface Place {
  readonly page: string;
  readonly names: readonly string[];
  readonly query: URLSearchParams;
}

/** The place that an address names: `#/promotion/qa/0123?q=api`. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...names] = path.split('/').map(decoded);
  return { page, names, query: new URLSearchParams(query) };
}

/** The address of a place. */
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

import type { Http } from '../http/http.ts';
import type { Effects } from '../run/effects.ts';

/** A check that does not answer is told at the next run again, so it is not waited for. */
const TRIES = 2;

/** Asks the URLs of checks, with what the environments file says of their hosts. */
export function answering(http: Http): NonNullable<Effects['answer']> {
  return async url => {
    const operation = `ask ${url.host} for a check`;
    const headers = { accept: 'application/json' };
    return await http.send({ operation, method: 'GET', url, headers, tries: TRIES, redirects: 'return' });
  };
}

import type { Http } from '../http/http.ts';
import type { Effects } from '../run/effects.ts';

/** How often one check is asked. The next run asks again, so this run need not wait for an answer. */
const TRIES = 2;

/** Asks the URLs of checks. `http` has the settings of hosts that the environments file names. */
export function answering(http: Http): NonNullable<Effects['answer']> {
  return async url => {
    const operation = `ask ${url.host} for a check`;
    const headers = { accept: 'application/json' };
    return await http.send({ operation, method: 'GET', url, headers, tries: TRIES, redirects: 'return' });
  };
}

import type { Http } from '../../src/http/http.ts';
import type { HttpRequest } from '../../src/http/request.ts';

/**
 * An `Http` that reaches hosts of the Internet at servers of this machine, and no other; each is told its own name. One
 * that is asked without TLS is named with its scheme.
 */
export function rewired(http: Http, hosts: Readonly<Record<string, string>>): Http {
  const to = <Request extends HttpRequest>(request: Request): Request => {
    const { host, origin, pathname, search, protocol } = request.url;
    const server = hosts[protocol === 'https:' ? host : origin];
    if (server === undefined) throw new Error(`${request.url.origin} is not asked here`);
    const url = new URL(`${server}${pathname}${search}`);
    return { ...request, url, headers: { ...request.headers, host } };
  };
  return {
    ...http,
    send: request => http.send(to(request)),
    stream: request => http.stream(to(request)),
  };
}

import { Failure } from './failure.ts';
import type { HttpRequest } from './request.ts';

/** For how long after a host was given up its other requests fail at once, in milliseconds. */
const GIVEN_UP = 60_000;

/** The hosts that did not answer however often they were asked. Else each further request would wait as long. */
export interface SilentHosts {
  /** Throws `UNREACHABLE` for a request to such a host. */
  assertAnswers(request: HttpRequest): void;
  /** Takes note of a request that was given up after several tries. */
  note(error: unknown): void;
}

export function createSilentHosts(now: () => number): SilentHosts {
  const silent = new Map<string, { readonly failure: Failure; readonly until: number }>();
  return {
    assertAnswers(request) {
      const known = silent.get(request.url.host);
      if (known !== undefined && now() < known.until) throw known.failure.unasked(request);
    },
    note(error) {
      if (error instanceof Failure && error.tries > 1)
        silent.set(error.host, { failure: error, until: now() + GIVEN_UP });
    },
  };
}

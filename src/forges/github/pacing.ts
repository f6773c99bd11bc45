import { throttling } from '@octokit/plugin-throttling';
import type { Octokit } from '@octokit/rest';

/** Seconds of spacing without a log message: in one queue, and in a whole run. */
const AT_ONCE = 5;
const IN_ALL = 10;

/**
 * Logs once that requests are spaced, where people would otherwise wonder what a run does. The throttling
 * keeps these distances.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export function tellPacing(client: Octokit, log: (text: string) => void): void {
  let queued = 0;
  let total = 0;
  let isTold = false;
  client.hook.wrap('request', async (request, options) => {
    const { method, url } = options;
    const seconds = spacing(method, new URL(url, 'https://github.test').pathname);
    queued += seconds;
    total += seconds;
    if (!isTold && (queued > AT_ONCE || total > IN_ALL)) {
      isTold = true;
      log('GitHub asks that writes come a second apart, and new pull requests three: this run keeps to that');
    }
    try {
      return await request(options);
    } finally {
      queued -= seconds;
    }
  });
}

function spacing(method: string, path: string): number {
  if (path.startsWith('/graphql')) return 1;
  if (method === 'GET' || method === 'HEAD') return 0;
  return throttling.triggersNotification(path) ? 3 : 1;
}

import type { HostConnections } from '../http/connections.ts';
import { createHttp, type Http } from '../http/http.ts';
import { neutralise } from '../reports/neutralise.ts';
import { redactUrl } from '../secrets/url.ts';
import type { Io } from './io.ts';
import { proxySettings } from './proxy.ts';

/** Opens the HTTP client of a run. It reports slow requests, and with `--verbose` every request. */
export function openHttp(io: Io, hosts?: HostConnections): Http {
  const say = (line: string) => io.stderr.write(`${neutralise(line)}\n`);
  const http = createHttp({
    proxy: proxySettings(io),
    hosts,
    signal: io.signal,
    onLogin: logins => io.secrets?.add(logins),
    onWait: ({ operation, url }, { seconds, reason, next, most }) => {
      say(`${operation}: ${url.host}: ${reason}; waiting ${seconds} s, then try ${next} of ${most}`);
    },
    onSlow: ({ operation, url }, { seconds, tried, most, has }) => {
      const which = most === 1 ? '' : `, try ${tried} of ${most}`;
      const what = has === 'nothing' ? 'no answer yet' : 'the rest of the answer is missing';
      say(`${operation}: ${url.host}: ${what}; waiting up to ${seconds} s${which}`);
    },
    ...(io.verbose && {
      onRequest: (method: string, url: URL, status: number) => say(`${method} ${redactUrl(url)}: ${status}`),
    }),
  });
  return io.telemetry?.observe(http) ?? http;
}

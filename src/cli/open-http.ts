import { createHttp, type Http } from '../http/http.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';
import { proxySettings } from './proxy.ts';

/** The one way out of a run, which tells people what it waits for. */
export function openHttp(io: Io): Http {
  return createHttp({
    proxy: proxySettings(io),
    onWait: ({ operation, url }, seconds) => {
      const line = `${operation}: ${url.host} is busy or limits how often it is asked: waiting ${seconds} s`;
      io.stderr.write(`${neutralise(line)}\n`);
    },
  });
}

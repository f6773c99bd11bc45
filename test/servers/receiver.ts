import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listen, portOf } from './registry.ts';

/** What was posted. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A place that is told things, such as a chat's webhook or a receiver of CloudEvents. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What is answered to each of the next requests, `NaN` for nothing at all; afterwards 200. */
  readonly answers: number[];
  close(): Promise<void>;
}

/** Starts one on a loopback port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const status = answers.shift() ?? 200;
    if (!Number.isNaN(status)) response.writeHead(status).end('ok');
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    received,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

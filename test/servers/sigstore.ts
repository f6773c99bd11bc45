import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import { fulcioOf, oldFulcioOf } from './sigstore-fulcio.ts';
import { rekorOf } from './sigstore-rekor.ts';
import { tilesOf } from './sigstore-rekor-2.ts';
import { type SigstoreParts, trustedRootOf } from './sigstore-root.ts';
import { stampOf } from './sigstore-timestamp.ts';

/** What a service answers. */
export interface SigstoreAnswer {
  readonly status: number;
  readonly body?: string | ArrayBufferView;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A Sigstore of one's own: certificate authority, its log, transparency log and timestamp authority on one port. */
export interface Sigstore {
  readonly url: string;
  /** A trusted root in JSON that knows all of it. */
  readonly trustedRoot: string;
  readonly parts: SigstoreParts;
  /** Requests so far, by path. */
  readonly requests: readonly string[];
  /** Answers the next request whose path begins so with this; `done`: after its work was done. */
  fault(
    path: string,
    answer: SigstoreAnswer | ((body: Buffer) => SigstoreAnswer),
    when?: 'instead' | 'done',
  ): void;
  /** Forgets the faults that are left. */
  recover(): void;
  /** Has the log's clock go wrong by so many milliseconds. */
  skewLog(milliseconds: number): void;
  stop(): Promise<void>;
}

/** Starts a Sigstore. */
export async function startSigstore(): Promise<Sigstore> {
  const requests: string[] = [];
  const faults: Fault[] = [];
  const handlers = new Map<string, (request: Asked) => Promise<SigstoreAnswer>>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const ctLog = await initializeCTLog(newKeyPair());
  const logTime = new Date();
  let skew = 0;
  const tLog = await initializeTLog(url, newKeyPair(), logTime);
  // By its host alone, as verifiers derive its name from the URL that the trusted root has.
  const tiles = tilesOf(new URL(url).hostname);
  const stampTime = new Date();
  const parts = {
    url,
    ctLog,
    tLog,
    tiles,
    ca: await initializeCA(newKeyPair(), ctLog),
    tsa: await initializeTSA(newKeyPair(), stampTime),
  };
  handlers.set('/api/v1/signingCert', oldFulcioOf(parts.ca));
  handlers.set('/api/v2/signingCert', fulcioOf(parts.ca));
  const rekor = rekorOf(tLog);
  handlers.set('/api/v1/log/entries', asked => {
    logTime.setTime(Date.now() + skew);
    return rekor(asked);
  });
  handlers.set('/api/v2/log/entries', tiles.answer);
  handlers.set('/api/v1/timestamp', ({ body }) => {
    // In whole seconds: the mock drops the zeros behind a fraction, which is then no time any more.
    stampTime.setTime(Math.floor(Date.now() / 1000) * 1000);
    return stampOf(parts.tsa, body);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', url).pathname;
    requests.push(path);
    const body = await buffer(request);
    const bearer = request.headers.authorization?.replace(/^Bearer /i, '');
    const index = faults.findIndex(one => path.startsWith(one.path));
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    const [, handle] = [...handlers].find(([prefix]) => path.startsWith(prefix)) ?? [];
    const work = async () => (await handle?.({ path, body, bearer })) ?? { status: 404 };
    if (fault?.when === 'done') await work();
    const { status, headers, body: content } = fault ? fault.answer(body) : await work();
    response.writeHead(status, headers).end(content);
  }

  return {
    url,
    parts,
    trustedRoot: JSON.stringify(trustedRootOf(parts)),
    requests,
    fault(path, given, when = 'instead') {
      faults.push({ path, when, answer: typeof given === 'function' ? given : () => given });
    },
    recover() {
      faults.length = 0;
    },
    skewLog(milliseconds) {
      skew = milliseconds;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Fault {
  readonly path: string;
  readonly when: 'instead' | 'done';
  readonly answer: (body: Buffer) => SigstoreAnswer;
}

/** A request as handlers see it. */
export interface Asked {
  readonly path: string;
  readonly body: Buffer;
  readonly bearer: string | undefined;
}

function newKeyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

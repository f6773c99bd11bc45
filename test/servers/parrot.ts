import { createServer, type IncomingMessage } from 'node:http';
import { listen, portOf } from './registry.ts';

/** A server that refuses everything, and repeats in each answer all that it was sent. */
export interface Parrot {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** How many requests held one of the texts. */
  heard(texts: readonly string[]): number;
  stop(): Promise<void>;
}

/** How it refuses: a status, or a redirect to itself or to a private address. */
export type Refusal = number | 'back' | 'away';

/**
 * Starts it. The refusal is a part of each path, `refused-<refusal>`, else 403; each kind of client finds the words in the
 * place where it looks for them: a registry's `errors`, GitHub's `message`, GitLab's `error_description`, Git's body in
 * plain text, and everybody in the address of a redirect. A GitHub App gets its token, and is refused what it asks then.
 */
export async function startParrot(proxied = 407): Promise<Parrot> {
  const heard: string[] = [];
  const server = createServer(async (message, response) => {
    const { url = '', headers: sent } = message;
    const words = `${await wordsOf(message)} https://x:${basicOf(message)}@evil.example/?token=${basicOf(message)}`;
    heard.push(words);
    const given = isApp(message) ? APP.find(([path]) => url.endsWith(path)) : undefined;
    if (given !== undefined) {
      response.writeHead(given[1], { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(given[2]));
    }
    const refusal = refusalOf(message);
    const headers = {
      'content-type': isGit(message) ? 'text/plain' : 'application/json',
      // At once.
      'retry-after': '0',
      'www-authenticate': isBearer(message)
        ? `Bearer realm="http://${sent.host}/realm/${refusal}",service="s",error="${words.replaceAll(/["\r\n]/g, ' ')}"`
        : 'Basic realm="r"',
      ...(typeof refusal === 'string' && { location: locationOf(message, refusal) }),
    };
    const body = { message: words, error: words, error_description: words };
    const errors = [{ code: 'DENIED', message: words, detail: words }];
    response.writeHead(typeof refusal === 'string' ? 302 : refusal, headers);
    response.end(isGit(message) ? words : JSON.stringify({ ...body, errors }));
  });
  // As a proxy too: its refusal of a connection has the words as a body.
  server.on('connect', (message, socket) => {
    const authorization = message.headers['proxy-authorization'] ?? '';
    heard.push(authorization);
    socket.end(
      `HTTP/1.1 ${proxied} ${authorization}\r\nproxy-authenticate: Basic\r\n\r\n${authorization}`,
      () => socket.destroy(),
    );
  });
  await listen(server);
  return {
    host: `127.0.0.1:${portOf(server)}`,
    heard: texts => heard.filter(words => texts.some(text => words.includes(text))).length,
    stop: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** What an App gets where its path holds `app-token`; it looks like nothing that is known for a token. */
export const INSTALLATION = 'marked-installation-token';

/** What GitHub answers an App: https://docs.github.com/en/rest/apps/apps */
const APP = [
  ['/installation', 200, { id: 1 }],
  ['/access_tokens', 201, { token: INSTALLATION, expires_at: '2100-01-01T00:00:00Z', permissions: {} }],
] as const;

function isApp({ url = '' }: IncomingMessage): boolean {
  return url.includes('app-token');
}

function refusalOf({ url = '', headers: { authorization } }: IncomingMessage): Refusal {
  const [, asked = '403'] = /(?:refused-|\/realm\/)(\d{3}|back|away)/.exec(url) ?? [];
  // Registries are told who asks after they have asked for it.
  if (url.startsWith('/v2/') && authorization === undefined) return 401;
  return asked === 'back' || asked === 'away' ? asked : Number(asked);
}

/** An address that holds what was sent, in its path and in its query. */
function locationOf(message: IncomingMessage, refusal: 'back' | 'away'): string {
  const { host, authorization = '' } = message.headers;
  const token = authorization.replace(/^\w+ /, '');
  const secrets = [basicOf(message), token].map(encodeURIComponent);
  const start = refusal === 'back' ? `http://${host}/refused-403` : 'http://10.0.0.1';
  return `${start}/${secrets.join('/')}?token=${secrets[0]}&ref=${secrets[1]}`;
}

async function wordsOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { authorization = '', 'private-token': token = '', 'job-token': job = '' } = message.headers;
  const body = Buffer.concat(chunks).toString();
  return `you sent ${authorization} ${basicOf(message)} ${token} ${job} ${body} ${decodeURIComponent(body.replaceAll('%', '%25'))}`;
}

/** The password of Basic in the clear. */
function basicOf({ headers: { authorization = '' } }: IncomingMessage): string {
  const [, encoded = ''] = /^Basic (.*)$/i.exec(authorization) ?? [];
  return Buffer.from(encoded, 'base64')
    .toString()
    .replace(/^[^:]*:/, '');
}

function isGit({ url = '' }: IncomingMessage): boolean {
  return url.includes('info/refs');
}

function isBearer({ url = '' }: IncomingMessage): boolean {
  return url.includes('/bearer') || url.startsWith('/realm');
}

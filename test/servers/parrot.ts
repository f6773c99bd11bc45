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

/**
 * Starts it. The status is the first part of each path, else 403; each kind of client finds the words in the place where
 * it looks for them: a registry's `errors`, GitHub's `message`, GitLab's `error_description`, Git's body in plain text.
 */
export async function startParrot(): Promise<Parrot> {
  const heard: string[] = [];
  const server = createServer(async (message, response) => {
    const words = `${await wordsOf(message)} https://x:${basicOf(message)}@evil.example/?token=${basicOf(message)}`;
    heard.push(words);
    const [, asked = ''] = /status-(\d{3})/.exec(message.url ?? '') ?? [];
    // Registries are told who asks after they have asked for it.
    const challenges = message.url?.startsWith('/v2/') && message.headers.authorization === undefined;
    const isToken = message.url?.startsWith('/realm') === true;
    const status = challenges || isToken ? 401 : Number(asked || 403);
    const headers = {
      'content-type': isGit(message) ? 'text/plain' : 'application/json',
      'www-authenticate': isBearer(message)
        ? `Bearer realm="http://${message.headers.host}/realm?status-401",service="s",error="${words.replaceAll(/["\r\n]/g, ' ')}"`
        : 'Basic realm="r"',
    };
    const body = { message: words, error: words, error_description: words };
    const errors = [{ code: 'DENIED', message: words, detail: words }];
    response.writeHead(status, headers);
    response.end(isGit(message) ? words : JSON.stringify({ ...body, errors }));
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

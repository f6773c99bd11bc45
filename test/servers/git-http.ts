import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runBackend } from './git-backend.ts';

/** A real `git http-backend` behind HTTP. */
export interface GitHttpServer {
  readonly url: string;
  /** Method and path of each request so far; authorization headers beside them. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  /** What happens before a request is answered. */
  before: (line: string) => Promise<void>;
  /** The next answer to a push is lost after the push has landed. */
  loseNextPushAnswer(): void;
  close(): Promise<void>;
}

/** Serves the bare repositories below `root`; with a login, only to those who give it. */
export async function startGitHttp(
  root: string,
  { login }: { readonly login?: { readonly username: string; readonly password: string } } = {},
): Promise<GitHttpServer> {
  const requests: { line: string; authorization: string | undefined }[] = [];
  const expected = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  let losesAnswer = false;
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const line = `${request.method} ${request.url}`;
    requests.push({ line, authorization });
    await served.before(line);
    if (expected !== undefined && authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
      return;
    }
    const isLost =
      losesAnswer && request.method === 'POST' && request.url?.endsWith('/git-receive-pack') === true;
    if (isLost) losesAnswer = false;
    await runBackend(root, request, response, isLost);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const served: GitHttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    before: async () => undefined,
    loseNextPushAnswer() {
      losesAnswer = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return served;
}

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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
    runBackend(root, request, response, isLost);
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

/** One request through the CGI program (https://git-scm.com/docs/git-http-backend); its hooks see `env`. */
export function runBackend(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  isLost: boolean,
  env: Readonly<Record<string, string>> = {},
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: 'tester',
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin.on('error', () => {}));
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    if (isLost) request.socket.destroy();
    else answer(Buffer.concat(chunks), response);
  });
}

function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.toString('latin1', 0, end).split('\r\n');
  const headers = lines.map(
    line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
  );
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  response.writeHead(
    Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
  );
  response.end(output.subarray(end + 4));
}

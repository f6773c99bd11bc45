import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** What Git answered to reads of a repository while it was as it is. */
interface Known {
  state: string;
  readonly answers: Map<string, Buffer>;
}

const known = new Map<string, Known>();

/** As many repositories are remembered: those of the tests that run now. */
const MOST = 8;

/**
 * One request through the CGI program (https://git-scm.com/docs/git-http-backend); its hooks see `env`. The same
 * reading request to an unchanged repository is answered as before: a run asks the same several times, and each
 * answer starts three processes.
 */
export async function runBackend(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  isLost: boolean,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const path = decodeURIComponent(pathname);
  const cgi = {
    PATH_INFO: path,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const answers = answersOf(root, path);
  const asked = JSON.stringify([cgi, body.toString('latin1')]);
  const before = answers?.get(asked);
  if (before !== undefined) return answer(before, response);
  const { code, output } = await backend(root, { ...cgi, ...env }, body);
  if (isLost) request.socket.destroy();
  else answer(output, response);
  if (code === 0) answers?.set(asked, output);
}

/** What is known of the repository that a request reads; `undefined` where it does not read. */
function answersOf(root: string, path: string): Map<string, Buffer> | undefined {
  const [, name] = /^(.*)\/(?:info\/refs|git-upload-pack)$/.exec(path) ?? [];
  const bare = name === undefined ? '' : join(root, name);
  if (name === undefined || !existsSync(join(bare, 'HEAD'))) return undefined;
  const state = stateOf(bare);
  let last = known.get(bare);
  if (last?.state !== state) last = { state, answers: new Map() };
  known.delete(bare);
  known.set(bare, last);
  for (const old of [...known.keys()].slice(0, -MOST)) known.delete(old);
  return last.answers;
}

/** All that Git's answers depend on: refs and settings as they are, and when objects last came or went. */
function stateOf(bare: string): string {
  const files = ['HEAD', 'config', 'packed-refs', 'shallow'].map(name => join(bare, name));
  const refs = readdirSync(join(bare, 'refs'), { recursive: true, encoding: 'utf8' }).toSorted();
  const folders = readdirSync(join(bare, 'objects')).map(name => join(bare, 'objects', name));
  return JSON.stringify([
    ...[...files, ...refs.map(name => join(bare, 'refs', name))].map(path => [path, textOf(path)]),
    ...[join(bare, 'objects'), ...folders].map(path => [path, statSync(path).mtimeMs]),
  ]);
}

/** `undefined` for a folder, for what is not there, and for what was just deleted. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function backend(root: string, env: NodeJS.ProcessEnv, body: Buffer) {
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'tester',
      REMOTE_ADDR: '127.0.0.1',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {}).end(body);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return await new Promise<{ readonly code: number | null; readonly output: Buffer }>(resolve => {
    child.on('close', code => resolve({ code, output: Buffer.concat(chunks) }));
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

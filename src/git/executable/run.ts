import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { PromoteError } from '../../errors.ts';
import { gitFailure } from '../failure.ts';
import type { GitOptions } from '../options.ts';
import type { GitEnvironment } from './environment.ts';

/** Where and how the `git` executable runs. */
export interface GitContext {
  readonly executable: string;
  readonly directory: string;
  readonly env: GitEnvironment;
  /** Strings that never appear in a message. */
  readonly secrets: readonly string[];
  /** The time-out of one process, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  /** The remote that Git connects to, safe to show. */
  readonly remote?: string | undefined;
  readonly onTransport?: GitOptions['onTransport'];
}

/** How a process ended; `stderr` is the tail of what it printed there. */
export interface GitEnd {
  readonly code: number;
  readonly stderr: string;
}

/**
 * A running Git. `ended` rejects: `CANCELLED`, `UNREACHABLE` after the time-out, `GIT` if it cannot start.
 */
export interface GitProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<GitEnd>;
  stop(): void;
}

/** Runs Git to its end and returns its output; throws the error of `gitFailure` if it fails. */
export async function runGit(
  context: GitContext,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<Buffer> {
  const { code, stdout, stderr } = await tryGit(context, args, input);
  if (code !== 0) throw gitFailure(`git ${args[0]} in ${context.directory}`, stderr, context.secrets);
  return stdout;
}

/** Runs Git to its end and returns its output, whatever its exit code. */
export async function tryGit(
  context: GitContext,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<GitEnd & { readonly stdout: Buffer }> {
  const { child, ended } = startGit(context, args);
  child.stdin.end(input);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { ...(await ended), stdout: Buffer.concat(chunks) };
}

/** Starts Git with hooks, prompts and background work off. */
export function startGit(context: GitContext, args: readonly string[]): GitProcess {
  const child = spawn(context.executable, [...SAFE, ...args], {
    cwd: context.directory,
    env: { ...context.env },
    // Git does not end its transport helpers, so it gets a process group, which is ended as a whole.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const deadline = AbortSignal.timeout(context.timeout);
  const signal = AbortSignal.any([deadline, ...(context.signal === undefined ? [] : [context.signal])]);
  const stop = () => endGroup(child);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  // A process that ended early says so by its exit code, not by the broken pipe.
  child.stdin.on('error', () => {});
  const ended = whenEnded(child, `git ${args[0]} in ${context.directory}`, { signal, deadline });
  tellTransport(context, args, child);
  ended.catch(() => {}).finally(() => signal.removeEventListener('abort', stop));
  return { child, ended, stop };
}

/** After this many milliseconds, a slow transfer is reported. */
const TOLD = 2_000;

function tellTransport(
  { remote, onTransport, timeout }: GitContext,
  args: readonly string[],
  child: ChildProcessWithoutNullStreams,
): void {
  if (remote === undefined || onTransport === undefined) return;
  const told = { command: `git ${args.find(arg => TRANSPORTS.has(arg))}`, url: remote };
  const slow = setTimeout(() => onTransport({ ...told, kind: 'slow', seconds: timeout / 1000 }), TOLD);
  child.once('close', code => {
    clearTimeout(slow);
    if (code !== null) onTransport({ ...told, kind: 'ended', code });
  });
}

const TRANSPORTS = new Set(['fetch', 'ls-remote', 'push']);
const STDERR_BYTES = 16 * 1024;

const SAFE: readonly string[] = [
  '--no-pager',
  ...[
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.quotePath=false',
    'core.filesRefLockTimeout=5000',
    'protocol.ext.allow=never',
    'gc.auto=0',
    'maintenance.auto=false',
    'log.showRoot=false',
    // A transfer that stalls for a minute ends; so does one that passes the context's time-out.
    'http.lowSpeedLimit=1',
    'http.lowSpeedTime=60',
  ].flatMap(setting => ['-c', setting]),
];

function whenEnded(
  child: ChildProcessWithoutNullStreams,
  doing: string,
  { signal, deadline }: { readonly signal: AbortSignal; readonly deadline: AbortSignal },
): Promise<GitEnd> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  });
  return new Promise((resolve, reject) => {
    child.once('error', cause => {
      const hint = 'check the path of the git executable and that the directory exists';
      reject(new PromoteError('GIT', `${doing} could not be started`, { hint, cause }));
    });
    child.once('close', code => {
      if (code === 0 || !signal.aborted) return resolve({ code: code ?? -1, stderr });
      if (!deadline.aborted) return reject(new PromoteError('CANCELLED', `${doing} was cancelled`));
      const hint = 'check the network and whether git waits for a key or a password';
      reject(new PromoteError('UNREACHABLE', `${doing} did not end in time and was stopped`, { hint }));
    });
  });
}

function endGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') child.kill();
  else process.kill(-child.pid, 'SIGTERM');
}

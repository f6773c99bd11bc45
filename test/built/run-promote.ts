import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import type { Io } from '../../src/cli/io.ts';
import { assertContract } from './output-contract.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The command as it ships; `setup.ts` has built it. */
export const CLI = join(ROOT, 'dist/cli.js');

/** Has Node keep what it compiled of the bundle, which is half of what a short command costs. */
export const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/promote') };

type Variables = Readonly<Record<string, string | undefined>>;

/** What a command printed and ended with. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command's `main` with these variables alone. It is in this process, as starting Node.js costs many times
 * what most commands do; `spawnPromote` is for what a process of its own shows.
 */
export async function runPromote(cwd: string, env: Variables, args: readonly string[]): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
    },
  });
  const { signal } = new AbortController();
  const code = await builtMain()(args, { cwd, env, stdout: into('stdout'), stderr: into('stderr'), signal });
  assertContract(args, printed.stdout);
  return { code, ...printed };
}

/** The same in a process of its own. */
export async function spawnPromote(cwd: string, env: Variables, args: readonly string[]): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const options = { cwd, env: { ...COMPILED, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error(`promote ${args.join(' ')}: no exit code`));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Runs it at a terminal, as util-linux' `script` makes one, where a person answers; what it prints is in `stdout`. */
export async function answerPromote(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  answer: string,
  args: readonly string[],
): Promise<Ran> {
  const words = [process.execPath, CLI, ...args].map(word => `'${word.replaceAll("'", "'\\''")}'`);
  const child = spawn('script', ['--quiet', '--return', '--command', words.join(' '), '/dev/null'], {
    cwd,
    env: { ...COMPILED, ...env },
  });
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
    if (stdout.includes('[y/N] ') && !child.stdin.writableEnded) child.stdin.end(`${answer}\n`);
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr: '' };
}

/** `main` of the command as it ships, loaded as Node.js loads it and not as the tests' own modules are. */
export function builtMain(): (args: readonly string[], io: Io) => Promise<number> {
  const [, chunk] = /import\("(\.\/chunks\/main-\w+\.js)"\)/.exec(readFileSync(CLI, 'utf8')) ?? [];
  if (chunk === undefined) throw new Error(`${CLI} loads no main`);
  return createRequire(CLI)(chunk).main;
}

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';

const run = promisify(execFile);

/** A suite that needs programs on the PATH: skipped where one is missing, except in CI, where missing means failed. */
export function describeWith(programs: readonly string[], name: string, suite: () => void): void {
  const missing = programs.filter(program => findProgram(program) === undefined);
  if (missing.length === 0) describe(name, suite);
  else if (process.env.CI) throw new Error(`${name}: not on the PATH: ${missing.join(', ')}`);
  else describe.skip(`${name} (needs ${missing.join(', ')})`, suite);
}

/** The program's path, if it is on the PATH. */
export function findProgram(program: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map(directory => join(directory, program));
  return candidates.find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a program to its end; rejects with its output where it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
) {
  return await run(program, [...args], { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
}

/**
 * Runs a program several times, one after the other as far as it succeeds, and answers with all that was printed. One
 * shell starts it: a process as large as one that runs tests takes long to start another.
 */
export async function runSeveral(
  program: string,
  runs: readonly (readonly string[])[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const lines = runs.map(args => [program, ...args].map(quoted).join(' '));
  return (await runProgram('sh', ['-e', '-c', lines.join('\n')], env)).stdout;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

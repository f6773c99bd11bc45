import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '../..');

/** The command as it ships; `setup.ts` has built it. */
export const CLI = join(ROOT, 'dist/cli.js');

/** Has Node keep what it compiled of the bundle, which is half of what a short command costs. */
export const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/promote') };

/** What a command printed and ended with. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command with these variables alone, in a process of its own. */
export async function runPromote(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const options = { cwd, env: { ...COMPILED, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error(`promote ${args.join(' ')}: no exit code`));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

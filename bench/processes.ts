import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measure } from './measure.ts';

/** What a command took. */
export interface Usage {
  /** CPU of the process and all that it started. */
  readonly seconds: number;
  /** Seconds of wall time. */
  readonly wall: number;
  readonly megabytes: number;
}

/** The shell's `times` tells the CPU of all that a command started; a preload tells the most memory of Node.js itself. */
export async function measureOnce(command: readonly string[], cwd: string): Promise<Usage> {
  const peak = 'process.on("exit",()=>process.stderr.write("\\nKB="+process.resourceUsage().maxRSS+"\\n"))';
  const env = { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(peak)}` };
  let printed = '';
  const wall = await measure(async () => {
    printed = await run(
      ['bash', '-c', '"$@" >/dev/null; code=$?; times >&2; exit $code', 'bash', ...command],
      cwd,
      env,
    );
  });
  const [, , user = '', system = ''] = [...printed.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes = '', seconds = '']) => String(Number(minutes) * 60 + Number(seconds)),
  );
  return {
    seconds: Number(user) + Number(system),
    wall,
    megabytes: Number(/KB=(\d+)/.exec(printed)?.[1] ?? 0) / 1000,
  };
}

/** Runs a program to its end; answers what it wrote to stderr. */
export async function run(
  [program = '', ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${printed}`);
  return printed;
}

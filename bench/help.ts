import { join } from 'node:path';
import process from 'node:process';
import { runProgram } from '../test/servers/tools.ts';
import { measure } from './measure.ts';

const TIMES = 10;
const CLI = join(import.meta.dirname, '../dist/cli.js');

/** Starts the built command for its help, beside Node.js that does nothing; prints the median of each. */
export async function benchHelp(): Promise<void> {
  console.log(`\nstart, the median of ${TIMES}`);
  for (const [what, args] of [
    ['node that does nothing', ['--eval', '0']],
    ['promote --help', [CLI, '--help']],
    ['promote plan --help', [CLI, 'plan', '--help']],
  ] as const) {
    const seconds: number[] = [];
    for (let index = 0; index < TIMES; index += 1)
      seconds.push(await measure(() => runProgram(process.execPath, args)));
    const median = seconds.sort((one, other) => one - other)[TIMES / 2] ?? Number.NaN;
    console.log(`    ${what.padEnd(24)} ${median.toFixed(3)} s`);
  }
}

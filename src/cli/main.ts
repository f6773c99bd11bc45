import { CommanderError } from 'commander';
import { PromoteError } from '../errors.ts';
import { neutralise } from '../reports/neutralise.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command line and answers its exit code; errors go to stderr as one message and a hint. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    let code: number = EXIT.done;
    const program = createProgram(
      io,
      value => {
        code = value;
      },
      main,
    );
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    io.stderr.write(describe(error));
    const usage = error instanceof PromoteError && (error.code === 'USAGE' || error.code === 'CONFIGURATION');
    return usage ? EXIT.usage : EXIT.failed;
  }
}

function describe(error: unknown): string {
  if (error instanceof PromoteError) {
    const hint = error.hint === undefined ? '' : `  hint: ${neutralise(error.hint)}\n`;
    return `promote: ${lines(error.message)}\n${hint}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `promote: unexpected error, please report it\n${lines(text)}\n`;
}

function lines(text: string): string {
  return text.split('\n').map(neutralise).join('\n');
}

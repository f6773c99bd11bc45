import { type Command, CommanderError } from 'commander';
import { PromoteError, systemFailure } from '../errors.ts';
import { type Failure, failureJson } from '../reports/failure.ts';
import { neutralise } from '../reports/neutralise.ts';
import { jsonText } from '../reports/render.ts';
import { EXIT, MEANINGS } from './exit.ts';
import { guarded } from './guarded.ts';
import type { Io } from './io.ts';
import { assertNoKey } from './no-key.ts';
import { createProgram } from './program.ts';

/** Runs one command line and answers its exit code; errors go to stderr as one message and a hint. */
export async function main(argv: readonly string[], given: Io): Promise<number> {
  const io = guarded(given);
  let code: number = EXIT.done;
  const program = createProgram(
    io,
    value => {
      code = value;
    },
    main,
  );
  try {
    assertNoKey(argv);
    await program.parseAsync([...argv], { from: 'user' });
    return ended(io, argv, code);
  } catch (thrown) {
    const error = systemFailure(`promote ${argv[0]}`, thrown) ?? thrown;
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // Commander has printed its own message.
    if (!(error instanceof CommanderError)) io.stderr.write(describe(error));
    else if (error.code !== 'commander.help') io.stderr.write(await usageOf(io, program, argv));
    if (wantsJson(argv)) io.stdout.write(`${jsonText({ error: failureJson(asFailure(error)) }, 2)}\n`);
    return ended(io, argv, exitCodeOf(error));
  }
}

async function usageOf(io: Io, program: Command, argv: readonly string[]): Promise<string> {
  const { usage } = await import('./usage.ts');
  return await usage(io, program, argv);
}

/** The exit code, and with `--verbose` what it means. */
function ended(io: Io, argv: readonly string[], code: number): number {
  if (argv.includes('--verbose')) io.stderr.write(`exit code ${code}: ${MEANINGS[code]}\n`);
  return code;
}

/** Programs that asked for JSON get it for a failure too, on stdout; people read stderr. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (text, index) => text === '--format=json' || (text === 'json' && argv[index - 1] === '--format'),
  );
}

function asFailure(error: unknown): Failure {
  if (error instanceof PromoteError) return error;
  const code = error instanceof CommanderError ? 'USAGE' : 'UNEXPECTED';
  return { code, message: error instanceof Error ? error.message : String(error), hint: undefined };
}

function exitCodeOf(error: unknown): number {
  const { code } = asFailure(error);
  return code === 'USAGE' || code === 'CONFIGURATION' ? EXIT.usage : EXIT.failed;
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

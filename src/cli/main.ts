import { type Command, CommanderError } from 'commander';
import { PromoteError, systemFailure } from '../errors.ts';
import { type Invocation, namingCommand } from '../plan/invocation.ts';
import { type Failure, failureJson } from '../reports/failure.ts';
import { neutralise } from '../reports/neutralise.ts';
import { jsonText } from '../reports/render.ts';
import { EXIT, MEANINGS } from './exit.ts';
import { guarded } from './guarded.ts';
import type { Io } from './io.ts';
import { assertNoKey } from './no-key.ts';
import { type RunIo, readCommonOptions } from './program/run-io.ts';
import { createProgram } from './program.ts';
import type { usage } from './usage.ts';

/** Runs one command line and returns its exit code. Errors go to stderr as a message and a hint. */
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
  const started: RunIo = { ...io };
  program.hook('preAction', (_, command) => readCommonOptions(started, command));
  try {
    assertNoKey(argv);
    await program.parseAsync(knownOrAlone(program, argv), { from: 'user' });
    return ended(io, argv, code);
  } catch (thrown) {
    const error = systemFailure(`promote ${argv[0]}`, thrown) ?? thrown;
    const failure = asFailure(error, started.invocation);
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // Commander has printed its own message.
    if (!(error instanceof CommanderError)) io.stderr.write(describe(error, failure));
    else if (error.code !== 'commander.help')
      io.stderr.write(await usageOf(io, program, argv, failure.message));
    if (wantsJson(argv)) io.stdout.write(`${jsonText({ error: failureJson(failure) }, 2)}\n`);
    return ended(io, argv, exitCodeOf(failure));
  }
}

/** A word that is no command stands alone: commander would print the whole help for `help plann`. */
function knownOrAlone({ commands }: Command, argv: readonly string[]): string[] {
  const [word = '-'] = argv[0] === 'help' ? argv.slice(1) : argv;
  const names = commands.flatMap(command => [command.name(), ...command.aliases()]);
  const isKnown = word.startsWith('-') || word === 'help' || names.includes(word);
  return isKnown ? [...argv] : [word];
}

async function usageOf(...asked: Parameters<typeof usage>): Promise<string> {
  return await (await import('./usage.ts')).usage(...asked);
}

/** Returns the exit code, and with `--verbose` explains it. */
function ended(io: Io, argv: readonly string[], code: number): number {
  if (argv.includes('--verbose')) io.stderr.write(`exit code ${code}: ${MEANINGS[code]}\n`);
  return code;
}

/** Whether the caller asked for JSON: then stdout gets a failure as JSON, besides the text on stderr. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (text, index) => text === '--format=json' || (text === 'json' && argv[index - 1] === '--format'),
  );
}

/** The failure; its hint to run again names the present command. */
function asFailure(error: unknown, invocation: Invocation | undefined): Failure {
  if (error instanceof PromoteError) {
    const { code, message, hint } = error;
    return { code, message, hint: hint === undefined ? undefined : namingCommand(hint, invocation) };
  }
  // Commander begins its messages with the word that is the document's key.
  if (error instanceof CommanderError)
    return { code: 'USAGE', message: error.message.replace(/^error: /, ''), hint: undefined };
  const code = 'UNEXPECTED';
  return { code, message: error instanceof Error ? error.message : String(error), hint: undefined };
}

function exitCodeOf({ code }: Failure): number {
  return code === 'USAGE' || code === 'CONFIGURATION' ? EXIT.usage : EXIT.failed;
}

function describe(error: unknown, { message, hint }: Failure): string {
  if (error instanceof PromoteError)
    return `promote: ${lines(message)}\n${hint === undefined ? '' : `  hint: ${neutralise(hint)}\n`}`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `promote: unexpected error, please report it\n${lines(text)}\n`;
}

function lines(text: string): string {
  return text.split('\n').map(neutralise).join('\n');
}

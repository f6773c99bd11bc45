import process from 'node:process';
import { systemFailure } from '../errors.ts';
import type { Io } from './io.ts';

/** The oldest Node.js that the program runs on. */
const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  const hint = 'install it, or use the executable or the image of a release, which include it';
  process.stderr.write(
    `promote: needs Node.js ${OLDEST} or newer, this is ${process.versions.node}\n  hint: ${hint}\n`,
  );
  process.exitCode = 2;
} else {
  void start();
}

/** There is no `await` at the top level: a single executable cannot load a module that has one. */
async function start(): Promise<void> {
  const interrupted = new AbortController();
  let isGone = false;
  // There is nowhere left to say that stderr cannot be written.
  process.stderr.on('error', error => {
    if (!isReaderGone(error)) process.exitCode = 1;
  });
  process.stdout.on('error', error => {
    unwritable(error);
    isGone = isReaderGone(error);
    // Nobody reads any further result.
    interrupted.abort();
  });
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const { main } = await import('./main.ts');
  const io: Omit<Io, 'cwd'> = {
    env: process.env,
    stdout: process.stdout,
    stderr: {
      isTTY: process.stderr.isTTY,
      get columns() {
        return process.stderr.columns;
      },
      // What is cancelled for want of a reader says so to nobody.
      write: text => isGone || process.stderr.write(text),
    },
    stdin: async () => await (await import('node:stream/consumers')).text(process.stdin),
    signal: interrupted.signal,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  };
  const cwd = currentDirectory();
  const code = cwd === undefined ? 1 : await main(process.argv.slice(2), { ...io, cwd });
  process.exitCode ??= code;
}

/** The current directory; `undefined`, with a message on stderr, if somebody removed it. */
function currentDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (systemFailure('start', error) === undefined) throw error;
    process.stderr.write('promote: the current directory is gone\n  hint: change to one that exists\n');
    return undefined;
  }
}

/** A reader that closed the pipe, as `head` does, is not a failure. A full disk is one. */
function unwritable(error: NodeJS.ErrnoException): void {
  if (isReaderGone(error)) return;
  process.exitCode = 1;
  process.stderr.write(`promote: what was to be printed could not be written: ${error.message}\n`);
}

function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

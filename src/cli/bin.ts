import process from 'node:process';
import type { Io } from './io.ts';

/** The oldest Node.js that the program runs on. */
const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(`promote: needs Node.js ${OLDEST} or newer, this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const { main } = await import('./main.ts');
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupted.signal,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  };
  process.exitCode = await main(process.argv.slice(2), io);
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

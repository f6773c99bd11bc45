import type { Io } from './io.ts';

/**
 * Runs a command whose requests and waits end with it. After a failure nothing else is tried again behind it, and a
 * line that comes too late is not printed. `end` ends them sooner, before what they use is closed.
 */
export async function untilEnded<Result>(
  io: Io,
  command: (io: Io, end: () => void) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const { stderr } = io;
  const end = () => ended.abort();
  const isOver = () => ended.signal.aborted;
  const live = {
    isTTY: stderr.isTTY === true,
    write: (text: string) => isOver() || stderr.write(text),
  };
  try {
    const signal = AbortSignal.any([io.signal, ended.signal]);
    return await command({ ...io, stderr: live, signal }, end);
  } finally {
    end();
  }
}

import type { Io } from './io.ts';
import { telemetrySettings } from './telemetry/settings.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/**
 * Runs a command and cancels its remaining requests and waits when it ends. So nothing is retried after a
 * failure, and no late line is printed. `end` cancels earlier, before clients are closed.
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
    return await watched(io, { ...io, stderr: live, signal }, async given => await command(given, end));
  } finally {
    end();
  }
}

/** Measures the run if OpenTelemetry's variables name a collector. Only then the libraries are loaded. */
async function watched<Result>(io: Io, live: Io, command: (io: Io) => Promise<Result>): Promise<Result> {
  const settings = telemetrySettings(io.env);
  for (const line of settings.told) io.stderr.write(`${line}\n`);
  if (!settings.traces && !settings.metrics) return await command(live);
  const { openTelemetry } = await import('./telemetry/open.ts');
  const telemetry: Telemetry = openTelemetry(io, settings);
  try {
    const name = ['promote', io.invocation?.words[0]].filter(Boolean).join(' ');
    return await telemetry.measure(name, {}, async () => await command({ ...live, telemetry }));
  } finally {
    await telemetry.close();
  }
}

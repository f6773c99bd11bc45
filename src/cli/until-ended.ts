import type { Io } from './io.ts';
import { telemetrySettings } from './telemetry/settings.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

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
    return await watched(io, { ...io, stderr: live, signal }, async given => await command(given, end));
  } finally {
    end();
  }
}

/** Has the run measured where the variables of OpenTelemetry name a collector; its libraries are loaded only then. */
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

import { setTimeout } from 'node:timers/promises';
import { PromoteError } from '../errors.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** How a wait is bounded; clock and sleep are values, so that tests need not wait. */
export interface Waiting {
  /** Milliseconds from the first look to the last. */
  readonly limit: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly tell: (line: string) => void;
}

/** What was found, and what it still waits for. */
export interface Looked<Value> {
  readonly value: Value;
  readonly waits: string | undefined;
}

const FIRST = 10_000;
const LONGEST = 60_000;

/** Looks again until nothing waits, or the time is over; tells each wait with what it is for. */
export async function lookUntilSettled<Value>(
  { limit, now, sleep, tell }: Waiting,
  look: () => Promise<Looked<Value>>,
): Promise<Value> {
  const end = now() + limit;
  for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 1.5)) {
    const { value, waits } = await look();
    const left = end - now();
    if (waits === undefined) return value;
    if (left <= 0) {
      tell(`${waits}; nothing has changed that, and the time to wait is over`);
      return value;
    }
    const next = Math.min(pause, left);
    tell(`${waits}; looking again in ${inWords(next)}, for ${inWords(left)} more`);
    await sleep(next);
  }
}

/** The process's own clock and log, for a wait of so many milliseconds. */
export function waitingIn({ signal, stderr }: Io, limit: number): Waiting {
  return {
    limit,
    now: () => performance.now(),
    sleep: milliseconds => sleepIn(signal, milliseconds),
    tell: line => stderr.write(`${neutralise(line)}\n`),
  };
}

/** Sleeps; throws `CANCELLED` where the run is ended meanwhile. */
async function sleepIn(signal: AbortSignal, milliseconds: number): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(cause => {
    throw signal.aborted ? new PromoteError('CANCELLED', 'wait: cancelled', { cause }) : cause;
  });
}

/** What a look shows, and the exit code that goes with it. */
export interface Shown {
  readonly text: string;
  readonly code: number;
}

/** Shows what has changed, look by look, until the run is ended; on a terminal in place of what was there. */
export async function watchIn(
  { stdout, signal }: Pick<Io, 'stdout' | 'signal'>,
  look: () => Promise<Shown>,
  sleep: () => Promise<unknown>,
): Promise<number> {
  let last: Shown | undefined;
  while (!signal.aborted) {
    const shown = await look().catch(error => {
      if (!signal.aborted) throw error;
      return last;
    });
    if (shown === undefined) break;
    if (shown.text !== last?.text) stdout.write(`${stdout.isTTY === true ? CLEAR : ''}${shown.text}`);
    last = shown;
    await sleep();
  }
  return last?.code ?? 0;
}

/** Clears the screen and goes to its first line. https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
const CLEAR = '\u001b[2J\u001b[H';

/** Sleeps until the run is ended at most. */
export async function pauseIn(signal: AbortSignal, milliseconds: number): Promise<void> {
  await sleepIn(signal, milliseconds).catch(error => {
    if (!(error instanceof PromoteError) || error.code !== 'CANCELLED') throw error;
  });
}

/** `90 s`, or `30 min`. */
function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

import { setTimeout } from 'node:timers/promises';
import { PromoteError } from '../errors.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** The limit of a wait. Clock and sleep are values, so that tests need not wait. */
export interface Waiting {
  /** Milliseconds from the first read to the last. */
  readonly limit: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly tell: (line: string) => void;
}

/** The result of one read, and the reason to wait; `undefined`: nothing waits. */
export interface Looked<Value> {
  readonly value: Value;
  readonly waits: string | undefined;
}

const FIRST = 10_000;
const LONGEST = 60_000;

/**
 * Reads again until nothing waits or the time is over, and reports each wait with its reason. Once it waits, a server
 * that does not answer ends it only when the time is over.
 */
export async function lookUntilSettled<Value>(
  { limit, now, sleep, tell }: Waiting,
  look: () => Promise<Looked<Value>>,
): Promise<Value> {
  const end = now() + limit;
  let isWaiting = false;
  for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 1.5)) {
    const seen = await look().catch(error => {
      if (!isWaiting || !isUnreachable(error) || now() >= end) throw error;
      return { waits: error.message };
    });
    isWaiting = true;
    const { waits } = seen;
    const left = end - now();
    if ('value' in seen && waits === undefined) return seen.value;
    if ('value' in seen && left <= 0) {
      tell(`${waits}; nothing has changed that, and the time to wait is over`);
      return seen.value;
    }
    const next = Math.max(0, Math.min(pause, left));
    tell(`${waits}; looking again in ${inWords(next)}, for ${inWords(Math.max(0, left))} more`);
    await sleep(next);
  }
}

function isUnreachable(error: unknown): error is PromoteError {
  return error instanceof PromoteError && error.code === 'UNREACHABLE';
}

/** A wait for at most so many milliseconds, with the process's clock and log. */
export function waitingIn({ signal, stderr }: Io, limit: number): Waiting {
  return {
    limit,
    now: () => performance.now(),
    sleep: milliseconds => sleepIn(signal, milliseconds),
    tell: line => stderr.write(`${neutralise(line)}\n`),
  };
}

/** Sleeps; throws `CANCELLED` if the run is cancelled meanwhile. */
async function sleepIn(signal: AbortSignal, milliseconds: number): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(cause => {
    throw signal.aborted ? new PromoteError('CANCELLED', 'wait: cancelled', { cause }) : cause;
  });
}

/** The text of one read, and its exit code. */
export interface Shown {
  readonly text: string;
  readonly code: number;
}

/**
 * Prints each changed read until the run is cancelled; on a terminal it replaces the previous one. After the first
 * read, a server that does not answer is named, and read again.
 */
export async function watchIn(
  { stdout, stderr, signal }: Pick<Io, 'stdout' | 'stderr' | 'signal'>,
  look: () => Promise<Shown>,
  sleep: () => Promise<unknown>,
): Promise<number> {
  let last: Shown | undefined;
  while (!signal.aborted) {
    const shown = await look().catch(error => {
      if (signal.aborted) return last;
      if (last === undefined || !isUnreachable(error)) throw error;
      stderr.write(`${neutralise(error.message)}\n`);
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

/** Sleeps, or until the run is cancelled. */
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

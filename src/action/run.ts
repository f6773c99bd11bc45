import process from 'node:process';
import type { Io } from '../cli/io.ts';
import { fail } from './fail.ts';
import { actionIo } from './io.ts';

/** Runs one action as a step of a workflow; an error becomes annotations and fails the step. */
export async function runAction(action: (io: Io) => Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  try {
    await action(actionIo(interrupted.signal));
  } catch (error) {
    fail(error, process.env);
  }
}

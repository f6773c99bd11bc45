import process from 'node:process';
import { annotate } from './annotate.ts';
import { fail } from './fail.ts';
import { type ActionIo, actionIo } from './io.ts';

/** Runs one action as a workflow's step. Notices become annotations, and an error fails the step. */
export async function runAction(action: (io: ActionIo) => Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const notices: string[] = [];
  try {
    await action(actionIo(interrupted.signal, text => notices.push(text)));
  } catch (error) {
    fail(error, { cwd: process.cwd(), env: process.env });
  }
  annotate('notice', notices);
}

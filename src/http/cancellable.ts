import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<AbortSignal>();

/** Runs work whose requests, and the waits between their tries, end with `CANCELLED` once the signal is aborted. */
export function cancellable<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return scopes.run(signal, work);
}

/** One signal that joins all that may end a request; `undefined` if there are none. */
export function endedBy(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const known = [...new Set([...signals, scopes.getStore()])].filter(signal => signal !== undefined);
  return known.length > 1 ? AbortSignal.any(known) : known[0];
}

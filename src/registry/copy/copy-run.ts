import pLimit from 'p-limit';
import { PromoteError } from '../../errors.ts';
import type { Progress } from '../progress.ts';
import type { Store } from '../store.ts';
import { type CopyLedger, createLedger } from './ledger.ts';

/** The source and the target of a copy, and its options. */
export interface CopySettings {
  readonly source: Store;
  readonly target: Store;
  readonly progress?: Progress | undefined;
  /** Stops the copy with `CANCELLED` before its next request or chunk. */
  readonly signal?: AbortSignal | undefined;
  /** The most parallel requests of this copy; default 6. */
  readonly concurrency?: number | undefined;
  /** Shared by the copies of a batch. */
  readonly ledger?: CopyLedger | undefined;
}

/** One copy under way. */
export interface CopyRun {
  readonly source: Store;
  readonly target: Store;
  readonly ledger: CopyLedger;
  readonly progress: Progress;
  /** Performs one store operation in turn; the operation must not wait for another one. */
  perform<Result>(operation: () => Promise<Result>): Promise<Result>;
  /** Throws `CANCELLED` once the copy was stopped. */
  check(): void;
  /** Awaits all work; the first failure stops the rest and is thrown when nothing runs any more. */
  all<Result>(work: readonly Promise<Result>[]): Promise<readonly Result[]>;
}

/** Starts a copy. The caller does not have to close anything. */
export function startRun(settings: CopySettings): CopyRun {
  const { source, target, progress = () => undefined, ledger = createLedger() } = settings;
  const limit = pLimit(settings.concurrency ?? 6);
  const failed = new AbortController();
  const signal = settings.signal ? AbortSignal.any([settings.signal, failed.signal]) : failed.signal;
  const check = () => {
    if (!signal.aborted) return;
    throw new PromoteError('CANCELLED', `copy from ${source.name} to ${target.name}: cancelled`, {
      hint: 'run it again: what is done already is not done twice',
      cause: signal.reason,
    });
  };
  return {
    source,
    target,
    ledger,
    progress,
    check,
    perform: operation =>
      limit(async () => {
        check();
        return await operation();
      }),
    async all(work) {
      try {
        return await Promise.all(work);
      } catch (error) {
        failed.abort();
        throw causeAmong(await Promise.allSettled(work)) ?? error;
      }
    },
  };
}

/** The first failure that did not come from stopping the other operations. */
function causeAmong(outcomes: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return reasons.find(reason => !(reason instanceof PromoteError) || reason.code !== 'CANCELLED');
}

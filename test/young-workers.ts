import { ForksPoolWorker, type PoolRunnerInitializer } from 'vitest/node';

/** After so long a process runs no further file, in milliseconds. */
const OLD = 90_000;

const NAME = 'young-forks';

/** A process that grows with what it runs, until another takes its place. */
class YoungWorker extends ForksPoolWorker {
  override readonly name = NAME;
  readonly #started = Date.now();

  canReuse(): boolean {
    return Date.now() - this.#started < OLD;
  }
}

/**
 * Processes that run several files, but not all: to start a program, a process is copied, which takes twice as long
 * where it has grown to a gigabyte.
 */
export const youngWorkers: PoolRunnerInitializer = {
  name: NAME,
  createPoolWorker: options => new YoungWorker(options),
};

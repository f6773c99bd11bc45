import pLimit from 'p-limit';

const PARALLEL = 8;

/** Does a few at a time; answers in the order of what was given. */
export async function inParallel<T, R>(
  all: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const limit = pLimit(PARALLEL);
  return await Promise.all(all.map(one => limit(() => work(one))));
}

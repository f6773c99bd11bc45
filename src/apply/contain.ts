import { type ErrorCode, PromoteError, systemFailure } from '../errors.ts';

/** What could not be read of single images, by image; the others are decided on without them. */
export type Failures = ReadonlyMap<string, PromoteError>;

/** The outcome of a task, or the failure that it ended with. */
export type Contained<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: PromoteError };

/** What says nothing about one image or group: the same would befall every other. */
const COMMON: readonly ErrorCode[] = ['USAGE', 'CONFIGURATION', 'CANCELLED'];

/** Keeps a failure that concerns one image or group from the others; throws what would befall them all. */
export async function contain<T>(task: () => Promise<T>): Promise<Contained<T>> {
  try {
    return { kind: 'done', value: await task() };
  } catch (error) {
    const failure = error instanceof PromoteError ? error : systemFailure('carry it out', error);
    if (failure === undefined || COMMON.includes(failure.code)) throw error;
    return { kind: 'failed', error: failure };
  }
}

/** Reads something about one image; notes a failure, the first of each image, and answers `undefined`. */
export async function readFor<T>(
  failures: Map<string, PromoteError>,
  image: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  const outcome = await contain(read);
  if (outcome.kind === 'done') return outcome.value;
  if (!failures.has(image)) failures.set(image, outcome.error);
  return undefined;
}

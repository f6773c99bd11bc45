import { type ErrorCode, PromoteError, systemFailure } from '../errors.ts';

/** Errors by image; the other images are decided without the failed ones. */
export type Failures = ReadonlyMap<string, PromoteError>;

/** The value of a task, or its failure. */
export type Contained<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: PromoteError };

/** The codes of errors that are not about one image or group: all others would fail the same way. */
const COMMON: readonly ErrorCode[] = ['USAGE', 'CONFIGURATION', 'CANCELLED'];

/** Isolates a failure of one image or group from the others; throws failures that are not about one of them. */
export async function contain<T>(task: () => Promise<T>): Promise<Contained<T>> {
  try {
    return { kind: 'done', value: await task() };
  } catch (error) {
    const failure = error instanceof PromoteError ? error : systemFailure('carry it out', error);
    if (failure === undefined || COMMON.includes(failure.code)) throw error;
    return { kind: 'failed', error: failure };
  }
}

/** Reads something about one image. On failure it notes the image's first error and returns `undefined`. */
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

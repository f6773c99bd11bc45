import { PromoteError } from '../../errors.ts';
import type { ImageFacts } from '../../plan/refresh/image-facts.ts';
import type { Questions } from './questions.ts';

/** What is told of an image; `undefined` where it, or a part of it, is not there any more. */
export async function factsOrNone(
  questions: Questions,
  ...image: Parameters<Questions['facts']>
): Promise<ImageFacts | undefined> {
  try {
    return await questions.facts(...image);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

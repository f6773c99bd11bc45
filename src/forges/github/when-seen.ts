import { setTimeout } from 'node:timers/promises';
import { isRefusal, type Refusal } from '../api/refusal.ts';

const PAUSES = [1000, 2000, 4000];

/** Repeats a read after 1, 2 and 4 seconds, where GitHub does not show yet what was just written. */
export async function whenSeen<T>(
  ask: () => Promise<T>,
  isUnseen: (refusal: Refusal) => boolean,
): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error, 422) || !isUnseen(error)) throw error;
      await setTimeout(pause);
    }
  }
  return await ask();
}

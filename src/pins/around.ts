import type { Known } from './known.ts';

/** What else decides how a file is read. */
export interface Around {
  /**
   * The repositories that the environments file knows: what only they tell to be an image is a pin then, and a text
   * that could name none of them is not parsed. Absent: every image counts, and only what surely is one.
   */
  readonly known?: Known | undefined;
}

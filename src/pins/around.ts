import type { Known } from './known.ts';
import type { NewEntry } from './new-entry.ts';

/** What else decides how a file is read. */
export interface Around {
  /**
   * The repositories that the environments file knows. Names that are images only because of these are pins then, and a
   * text that could name none of them is not parsed. Absent: every image counts, but only what is an image for certain.
   */
  readonly known?: Known | undefined;
  /** The images of bases that a kustomization may get entries for. */
  readonly entries?: readonly NewEntry[] | undefined;
  /** The parts of the file that environments claim, as keys lead to them; none: the file has one owner. */
  readonly places?: readonly string[] | undefined;
}

import type { Known } from './known.ts';
import type { NewEntry } from './new-entry.ts';

/** What decides how a file is read, besides its path and text. */
export interface Around {
  /**
   * The repositories of the environments file. A name that is an image only because of them is then a pin,
   * and a text that cannot name one is not parsed. Absent: every certain image counts.
   */
  readonly known?: Known | undefined;
  /** The images of bases that a kustomization may get entries for. */
  readonly entries?: readonly NewEntry[] | undefined;
  /** The parts of the file that environments claim, as paths of keys. Absent or empty: it has one owner. */
  readonly places?: readonly string[] | undefined;
}

import type { RepositoryName } from '../../oci/reference.ts';

/** A place outside the pins that names a known image. */
export interface Mention {
  readonly file: string;
  /** 1-based, as the column. */
  readonly line: number;
  readonly column: number;
  readonly image: string;
  /** Absent where only a rule says which image it is. */
  readonly repository: RepositoryName | undefined;
  /** The place of a shared file that it lies in; absent: it is everybody's who shares the file. */
  readonly at?: string | undefined;
  /** As the file writes it. */
  readonly text: string;
  /**
   * `told`: it carries a tag or a digest, its own or under a key beside it, and would stay behind. `note`: it carries
   * neither. `settled`: a comment says to ignore it. `unreasoned`: that comment gives no reason, which is an error.
   */
  readonly kind: 'told' | 'note' | 'settled' | 'unreasoned';
  /** Why it is settled. */
  readonly reason?: string | undefined;
  /** What makes it a pin, or settles it. */
  readonly cure: string;
}

/** A mention before the comments around it have been looked at. */
export interface FoundMention {
  /** Where it begins in the file's text. */
  readonly start: number;
  readonly repository: RepositoryName | undefined;
  /** Where only a rule says it. */
  readonly image?: string | undefined;
  readonly text: string;
  /** Whether it carries a tag or a digest. */
  readonly carries: boolean;
}

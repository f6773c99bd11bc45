import type { RepositoryName } from '../../oci/reference.ts';

/** A place outside the pins that names a known image. */
export interface Mention {
  readonly file: string;
  /** 1-based, as the column. */
  readonly line: number;
  readonly column: number;
  readonly image: string;
  /** Absent where only a rule names the image. */
  readonly repository: RepositoryName | undefined;
  /** The place of a shared file that contains it; absent: it belongs to all who share the file. */
  readonly at?: string | undefined;
  /** The keys that lead to it, where the file has such; see `namedWay`. */
  readonly within?: string | undefined;
  /** As the file writes it. */
  readonly text: string;
  /**
   * `told`: it has a tag or a digest, its own or under a key beside it, that no promotion would change.
   * `note`: it has neither. `settled`: a comment says to ignore it. `unreasoned`: that comment has no reason,
   * an error.
   */
  readonly kind: 'told' | 'note' | 'settled' | 'unreasoned';
  /** The reason that the comment gives for ignoring it. */
  readonly reason?: string | undefined;
  /** Advice that makes it a pin, or settles it. */
  readonly cure: string;
}

/** A mention before the comments around it have been looked at. */
export interface FoundMention {
  /** Where it begins in the file's text. */
  readonly start: number;
  readonly repository: RepositoryName | undefined;
  /** Set where only a rule names the image. */
  readonly image?: string | undefined;
  readonly text: string;
  /** Whether it carries a tag or a digest. */
  readonly carries: boolean;
}

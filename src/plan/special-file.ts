/** Something that an environment's globs match and no promotion reads or writes. */
export interface SpecialFile {
  readonly path: string;
  /** What it is, and why it is left alone. */
  readonly what: string;
  readonly hint: string;
  /** Set if it may not matter: `check` notes it, and no decision depends on it. */
  readonly isNote?: true | undefined;
}

/** What such a file is and what helps, in one line. */
export function specialText({ path, what, hint }: SpecialFile): string {
  return `${path} is ${what} (${hint})`;
}

/** Those that may hold a pin, with why they are not read. */
export function unreadSpecial(
  special: readonly SpecialFile[],
): readonly { readonly file: string; readonly reason: string }[] {
  return special
    .filter(({ isNote }) => !isNote)
    .map(file => ({ file: file.path, reason: specialText(file) }));
}

/** The command that a run was started with, for hints that name it again. */
export interface Invocation {
  /** The command and its arguments, such as `apply production`. */
  readonly words: readonly string[];
  /** Its own options in order, such as `--image`, `api=registry.example/api:1.0.0`. */
  readonly options: readonly string[];
}

/** The command to type for another run with further options, which may hold placeholders such as `<name>`. */
export function sameCommand(invocation: Invocation, ...further: readonly string[]): string {
  const given = [...invocation.words, ...invocation.options];
  // A control character could do anything in the terminal that the line is pasted into.
  if (given.some(word => /\p{Cc}/u.test(word)))
    return ['the same command', ...(further.length > 0 ? ['with', ...further] : [])].join(' ');
  return ['promote', ...given.map(quoted), ...further].join(' ');
}

/** Quotes a word for a POSIX shell. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

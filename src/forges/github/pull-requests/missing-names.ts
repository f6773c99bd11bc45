/** Names that are not there yet; GitHub's names know no case. */
export function missingNames(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map(name => name.toLowerCase()));
  return wanted.filter(name => !known.has(name.toLowerCase()));
}

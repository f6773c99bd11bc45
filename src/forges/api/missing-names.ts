/** The wanted names that are not there, each once; forges ignore the case of names. */
export function missingNames(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map(name => name.toLowerCase()));
  return [...new Set(wanted)].filter(name => !known.has(name.toLowerCase()));
}

/** The names that are there and unwanted. */
export function unwantedAmong(unwanted: readonly string[] = [], there: readonly string[]): string[] {
  const names = new Set(unwanted.map(name => name.toLowerCase()));
  return there.filter(name => names.has(name.toLowerCase()));
}

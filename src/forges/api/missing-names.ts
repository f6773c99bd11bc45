/** Those of the names, each once, that are not there; forges do not tell capitals apart. */
export function missingNames(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map(name => name.toLowerCase()));
  return [...new Set(wanted)].filter(name => !known.has(name.toLowerCase()));
}

/** Those of the names there that are unwanted. */
export function unwantedAmong(unwanted: readonly string[] = [], there: readonly string[]): string[] {
  const names = new Set(unwanted.map(name => name.toLowerCase()));
  return there.filter(name => names.has(name.toLowerCase()));
}

/** Those of the names, each once, that are not there; forges do not tell capitals apart. */
export function missingNames(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map(name => name.toLowerCase()));
  return [...new Set(wanted)].filter(name => !known.has(name.toLowerCase()));
}

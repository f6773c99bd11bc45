import { distance } from 'fastest-levenshtein';

const LONGEST = 64;

/** A hint for a name that is not among the known ones: the one that was probably meant, else all of them. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const meant = closest(name, known);
  if (meant !== undefined) return `did you mean ${JSON.stringify(meant)}?`;
  return `known here: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`;
}

/** The known name that was probably meant; `undefined` where none is near, by the edit distance. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .filter(candidate => name.length <= LONGEST && candidate.length <= LONGEST)
    .map(candidate => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const near = Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 3));
  return best && best.distance <= near ? best.candidate : undefined;
}

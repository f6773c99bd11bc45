import { distance } from 'fastest-levenshtein';

const LONGEST = 64;

/** A hint for a name that is not among the known ones: the one that was probably meant, else all of them. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const ranked = known
    .filter(candidate => name.length <= LONGEST && candidate.length <= LONGEST)
    .map(candidate => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best && best.distance <= Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 3))) {
    return `did you mean ${JSON.stringify(best.candidate)}?`;
  }
  return `known here: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`;
}

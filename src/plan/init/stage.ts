/** The words that stages are called by, in the order that images pass them. */
const STAGES: readonly (readonly string[])[] = [
  ['dev', 'develop', 'development'],
  ['test', 'testing', 'int', 'integration'],
  ['qa', 'uat', 'acceptance'],
  ['stage', 'staging', 'preprod', 'pre-production'],
  ['prod', 'production', 'live'],
];

/** Directories that hold one directory for each place where something runs. */
const LISTING = /^(?:clusters?|envs?|environments?|overlays?|stages?)$/;

/** The stage that a file's path names. */
export interface Stage {
  /** Place in the order that images pass the stages. */
  readonly rank: number;
  readonly word: string;
  /** The directory that the word names; absent where it is in the file's own name. */
  readonly directory?: string | undefined;
}

/** The stage that the outermost word of a path names; `undefined` where none does. */
export function stageOf(path: string): Stage | undefined {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  for (const [index, word] of segments.entries()) {
    const rank = rankOf(word);
    if (rank >= 0) return { rank, word, directory: segments.slice(0, index + 1).join('/') };
  }
  for (const [index, place] of segments.entries()) {
    const word = LISTING.test(segments[index - 1] ?? '') ? wordOfPlace(place) : undefined;
    if (word !== undefined)
      return { rank: rankOf(word), word, directory: segments.slice(0, index + 1).join('/') };
  }
  // values-prod.yaml, prod.yaml, values.staging.yml
  for (const word of name.replace(/\.ya?ml$/, '').split(/[.\-_]/)) {
    const rank = rankOf(word);
    if (rank >= 0) return { rank, word };
  }
  return undefined;
}

/** The stage in the name of such a place: `prod-eu`, `eu-staging`. One that is `non-prod` is none. */
function wordOfPlace(place: string): string | undefined {
  const parts = place.split(/[._-]/);
  const isNamed = (part: string | undefined, before = '') =>
    rankOf(part ?? '') >= 0 && !/^(?:no|non|not|pre|post)$/.test(before);
  const [first, last] = [parts.at(0), parts.at(-1)];
  return isNamed(first) ? first : isNamed(last, parts.at(-2)) ? last : undefined;
}

/** The place of a word in the order of stages; below zero where it names none. */
export function rankOf(word: string): number {
  return STAGES.findIndex(words => words.includes(word));
}

import type { FoundEnvironment, Guess } from './layout.ts';
import { isDoubtful } from './owner.ts';

/** The doubts about a layout that a person should check before a promotion, a sentence each. */
export function doubtsOf(
  environments: readonly FoundEnvironment[],
  owner: string | undefined,
): readonly string[] {
  return environments.flatMap(({ name, registry, guessed, places }) => [
    ...(guessed === undefined ? [] : [`${name} is a guess: ${whyGuessed(guessed)}`]),
    ...(places.length > 1
      ? [
          `${name} takes ${inWords(places)} together: give each an entry of its own if one comes after another`,
        ]
      : []),
    ...(isDoubtful(registry, owner)
      ? [`${name}: promote pushes to ${registry}, which may belong to others: name a registry of yours if so`]
      : []),
  ]);
}

/** Why a directory was taken for an environment, as a clause. */
export function whyGuessed({ directory, words }: Guess): string {
  const most = `${where(directory)} pins most images`;
  return words.length === 0
    ? `no path names an environment, and ${most}`
    : `paths name ${inWords(words)}, but no file there pins an image as registry/owner/name; ${most}`;
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A directory's name for people. */
export function where(directory: string): string {
  return directory === '.' ? 'the root directory' : `${directory}/`;
}

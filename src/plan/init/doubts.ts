import type { FoundEnvironment } from './layout.ts';
import { isDoubtful } from './owner.ts';

/** What of a layout a person should look at before anything is promoted, a sentence each. */
export function doubtsOf(
  environments: readonly FoundEnvironment[],
  owner: string | undefined,
): readonly string[] {
  return environments.flatMap(({ name, registry, guessed }) => [
    ...(guessed === undefined
      ? []
      : [`${name} is a guess: no path names an environment, and ${where(guessed)} pins most images`]),
    ...(isDoubtful(registry, owner)
      ? [`${name}: promote pushes to ${registry}, which may belong to others: name a registry of yours if so`]
      : []),
  ]);
}

/** A directory as people call it. */
export function where(directory: string): string {
  return directory === '.' ? 'the root directory' : `${directory}/`;
}

import { parseEnvironments } from '../../environments/parse.ts';
import { PromoteError } from '../../errors.ts';
import { environmentLines } from './environments-text.ts';
import { type Entry, insertEntry } from './insert-entry.ts';
import type { Proposal } from './proposal.ts';

/** An environments file with what a proposal adds to it. */
export interface Extended {
  readonly text: string;
  /** What was added, a clause each. */
  readonly adds: readonly string[];
  /** What has to be added by hand, with the keys it goes below. */
  readonly byHand: readonly string[];
}

interface Addition {
  readonly keys: readonly string[];
  readonly entry: Entry;
  readonly what: string;
}

/**
 * Adds a proposal to the text of an environments file, each entry at the end of its list in that list's own
 * style. Existing text stays. An entry that fits nowhere, or makes the file wrong, is left to people.
 */
export function extend(text: string, path: string, proposal: Proposal): Extended {
  const additions = additionsOf(proposal);
  const adds: string[] = [];
  const byHand: string[] = [];
  let extended = text;
  for (const { keys, entry, what } of additions) {
    const next = insertEntry(extended, keys, entry);
    if (next === undefined) byHand.push(`below ${keys.join('.')}: ${entry.flow ?? entry.block.join('\n')}`);
    else {
      extended = next;
      adds.push(what);
    }
  }
  if (isRight(extended, path)) return { text: extended, adds, byHand };
  const all = additions.map(
    ({ keys, entry }) => `below ${keys.join('.')}: ${entry.flow ?? entry.block.join('\n')}`,
  );
  return { text, adds: [], byHand: all };
}

function isRight(text: string, path: string): boolean {
  try {
    parseEnvironments(text, path);
    return true;
  } catch (error) {
    if (error instanceof PromoteError) return false;
    throw error;
  }
}

function additionsOf({ images, files, environments }: Proposal): readonly Addition[] {
  return [
    ...[...images].map(([name, path]): Addition => {
      const flow = name === path ? `${name}: {}` : `${name}: { repository: ${path} }`;
      return { keys: ['images'], entry: { flow, block: [flow] }, what: `the image ${name}` };
    }),
    ...[...files].flatMap(([name, globs]) =>
      globs.map((glob): Addition => {
        const flow = JSON.stringify(glob);
        const keys = ['environments', name, 'files'];
        return { keys, entry: { flow, block: [flow] }, what: `the files ${glob} of ${name}` };
      }),
    ),
    ...environments.map((environment): Addition => {
      const block = environmentLines(environment, environment.from).map(line => line.slice(2));
      return { keys: ['environments'], entry: { block }, what: `the environment ${environment.name}` };
    }),
  ];
}

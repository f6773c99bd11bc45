import type { Environment, Environments } from '../../environments/environments.ts';
import { imageNamed, pullRepository } from '../../environments/locate.ts';
import { type ImageOutcome, unpinned } from '../candidates.ts';
import { nearMisses } from './near-misses.ts';

/** Where an image was looked for and not found. */
interface Looked {
  readonly environments: Environments;
  readonly environment: Environment;
  /** The paths of its files, and the texts of those that were read. */
  readonly paths: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/** If there are more, none counts as a near miss. */
const MOST = 3;

/** Whether an image was looked for in the environment's files, and is in none. */
export function isUnpinned(outcome: ImageOutcome, { name }: Environment): boolean {
  return outcome.kind === 'absent' && outcome.reason === unpinned(name);
}

/** Adds to each image without a pin what was looked for, where, what came near, and what to add. */
export function tellLookedFor(looked: Looked, outcomes: readonly ImageOutcome[]): readonly ImageOutcome[] {
  return outcomes.map(outcome =>
    outcome.kind === 'absent' && isUnpinned(outcome, looked.environment)
      ? { ...outcome, reason: `${outcome.reason}: ${lookedFor(looked, outcome.image)}` }
      : outcome,
  );
}

/** Which repositories were looked for in which files, what came near, and what to add. */
export function lookedFor({ environments, environment, paths, texts }: Looked, image: string): string {
  const repositories = environment.registries
    .filter(({ isBackup }) => isBackup !== true)
    .map(entry => pullRepository(entry, imageNamed(environments, image)));
  const globs = environment.files.join(', ');
  const where =
    paths.length === 0
      ? `${globs} matches no file`
      : `none of ${paths.length} ${paths.length === 1 ? 'file' : 'files'} (${globs}) names ${repositories.join(' or ')}`;
  const names = environments.images.map(({ name }) => name);
  const near = [...texts].flatMap(([file, text]) =>
    nearMisses(file, text, names).filter(({ cure }) => cure.startsWith(`images.${image}.`)),
  );
  if (near.length > 0 && near.length <= MOST) {
    return [where, ...near.map(({ text, cure }) => `${text}: add ${cure}`)].join('; ');
  }
  const cure =
    paths.length === 0
      ? `correct environments.${environment.name}.files`
      : `write the repository beside its tag, or say where it is with images.${image}.pins`;
  return `${where}; ${cure}`;
}

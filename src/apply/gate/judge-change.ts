import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import type { Tree } from '../../plan/change.ts';
import { environmentsChange } from '../../plan/environments-change.ts';
import { type ProtectedChange, protectedChanges, protectedPaths } from '../../plan/protected-changes.ts';
import type { CommitContent } from '../../plan/protected-places.ts';
import { readTree } from '../../proposals/read-change.ts';
import type { GateAnswer } from '../../reports/gate.ts';
import type { GatePlace } from './place.ts';

/** The gate job's verdict on a change. */
export type JudgedChange = Pick<GateAnswer, 'reason' | 'changes' | 'notices'> & {
  readonly state: Exclude<GateAnswer['state'], 'ours'>;
};

/** A change between two commits. */
export interface Change {
  readonly before: string;
  readonly after: string;
  /** The environments file's path, if it is in the repository. */
  readonly file: string | undefined;
  /** Texts of files after the promotions in the group, by path: these changes are allowed. */
  readonly explained: ReadonlyMap<string, string>;
}

/** Judges whether a change touches anything that the gates of the branch's environments protect. */
export async function judgeChange(place: GatePlace, change: Change): Promise<JudgedChange> {
  const { environments, here, branch } = place;
  const [before, after] = await readBoth(place, change);
  const changes = protectedChanges(environments, here, withTexts(before, change.explained), after);
  const notices = noticesOf(change.file, before, after);
  if (changes.length === 0)
    return {
      state: 'success',
      reason: `no pin or hold of a gated environment on ${branch} changes`,
      changes,
      notices,
    };
  return { state: 'failure', reason: reasonOf(changes), changes, notices };
}

function reasonOf(changes: readonly ProtectedChange[]): string {
  const [first] = changes;
  if (first === undefined) return '';
  const { environment, what, file } = first;
  const more = changes.length === 1 ? '' : `, and ${changes.length - 1} more`;
  return `${environment}: ${what} in ${file}${more}; promote apply ${environment} proposes such changes`;
}

async function readBoth(
  { repository, here }: GatePlace,
  { before, after, file, explained }: Change,
): Promise<readonly [CommitContent, CommitContent]> {
  const [old, now] = [await readTree(repository, before), await readTree(repository, after)];
  const governing = file !== undefined && old.get(file) !== now.get(file) ? [file] : [];
  const paths = new Set([...protectedPaths(here, old, now), ...explained.keys(), ...governing]);
  return [
    { tree: old, texts: await readTexts(repository, old, paths) },
    { tree: now, texts: await readTexts(repository, now, paths) },
  ];
}

/** The texts at the paths; links, submodules and files that are not text are absent. */
async function readTexts(
  repository: Repository,
  tree: Tree,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const files = [...paths].flatMap(path => {
    const [mode, blob] = tree.get(path)?.split(' ') ?? [];
    return mode?.startsWith('100') && blob !== undefined ? [{ path, blob }] : [];
  });
  const texts = await readBlobs(
    repository,
    files.map(({ blob }) => blob),
  );
  return new Map(
    files.flatMap(({ path, blob }) => {
      const text = texts.get(blob);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** Reads all at once; if one of them is not text, each alone, so that the others are read. */
async function readBlobs(
  repository: Repository,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await repository.read(blobs);
  } catch (error) {
    if (!(error instanceof PromoteError) || !['INVALID', 'TOO_LARGE'].includes(error.code)) throw error;
    if (blobs.length === 1) return new Map();
  }
  const read = await Promise.all(blobs.map(blob => readBlobs(repository, [blob])));
  return new Map(read.flatMap(texts => [...texts]));
}

function withTexts({ tree, texts }: CommitContent, given: ReadonlyMap<string, string>): CommitContent {
  const marked = [...given.keys()].map(
    path => [path, `${tree.get(path)?.split(' ')[0] ?? '100644'} promoted`] as const,
  );
  return { tree: new Map([...tree, ...marked]), texts: new Map([...texts, ...given]) };
}

function noticesOf(file: string | undefined, before: CommitContent, after: CommitContent): readonly string[] {
  if (file === undefined || before.tree.get(file) === after.tree.get(file)) return [];
  return environmentsChange(file, before.texts.get(file), after.texts.get(file));
}

import type { Pin } from '../../pins/pin.ts';
import type { Pinning } from './pinning.ts';
import { stageOf } from './stage.ts';

/** The files of stages in which no file pins an image. */
export function silentFiles(
  read: ReadonlyMap<string, readonly Pin[] | undefined>,
  pinned: ReadonlySet<number | undefined>,
) {
  return [...read].flatMap(([file, pins]) => {
    const stage = stageOf(file);
    return stage === undefined || pins === undefined || pinned.has(stage.rank)
      ? []
      : [{ file, word: stage.word }];
  });
}

/** The words of stages in paths, in the order that images pass them. */
export function namedStages(files: readonly string[]): readonly string[] {
  const stages = files.flatMap(file => stageOf(file) ?? []).sort((one, other) => one.rank - other.rank);
  return [...new Set(stages.map(({ word }) => word))];
}

/** Why a file that pins images adds none to an environment. `isTaken`: its directory became one. */
export function reasonOf({ stage, bare, pins }: Pinning, isTaken: boolean): string {
  if (bare.length === pins.length) return `it names ${bare.join(', ')} without a registry and a tag`;
  return stage === undefined && !isTaken
    ? 'its path names no environment'
    : "it pins other people's images alone";
}

/** Why a kustomization gets no entries for images: with one tag for all, something else could be deployed. */
export function whyByHand(images: readonly string[]): string {
  return `patches or several places set the tag of ${images.join(', ')}: add its \`images:\` by hand, as deployed now`;
}

import type { Environment, Environments } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';
import { imageNamed, ownsFile, pushRepository } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { readFiles } from '../git/read-files.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { HistoryEvent } from '../plan/history.ts';
import { imagePins } from '../plan/image-pins.ts';
import { leftBehind, mentionCure } from '../plan/left-behind.ts';
import type { Naming, Need } from '../plan/needed.ts';
import { decidingPins } from '../plan/pin-target.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import { sourcePlace } from '../plan/source-images.ts';
import { branchOf, type PinnedFiles } from '../proposals/run.ts';
import type { Effects } from '../run/effects.ts';
import { readHistory } from '../run/history/history.ts';
import { readPins } from '../run/read-pins.ts';

/** The environment whose images are found, and how far back. */
export interface Keeping {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
  /** The number of last changes that a rollback may revert. */
  readonly last: number;
}

/** The places that name an environment's images, and errors that may hide more. */
interface Namings {
  readonly namings: readonly Naming[];
  readonly gaps: readonly PromoteError[];
  /** Those of `gaps` that hide what was pinned earlier. */
  readonly earlier: readonly PromoteError[];
}

/** Finds every place with an image that the environment has, had lately, or is about to get. */
export async function findNamings(keeping: Keeping): Promise<Namings> {
  const files = await readPins(keeping);
  const { environments, environment, last } = keeping;
  const [events, proposed] = await Promise.all([
    readHistory(environments, environment, files, { limit: last }),
    proposedNamings(keeping, files),
  ]);
  const pinned = namingsOf(keeping, files.pins, { environment: environment.name, why: 'pinned' });
  const earlier = events.flatMap(({ commit, unreadable }) =>
    unreadable.map(path => unreadableAt(commit, path)),
  );
  return {
    namings: [...pinned, ...formerNamings(keeping, events), ...proposed],
    gaps: [
      ...files.unreadable.map(({ error }) => error),
      ...leftBehind(files.mentions).map(outsideOfPins),
      ...earlier,
    ],
    earlier,
  };
}

function outsideOfPins(mention: Mention): PromoteError {
  const { file, line, text } = mention;
  const message = `${file}:${line} names ${text} outside of a pin, so what must stay of it is not known`;
  return new PromoteError('INVALID', message, { hint: mentionCure(mention) });
}

function unreadableAt(commit: string, path: string): PromoteError {
  const message = `${path} cannot be read at ${commit.slice(0, 12)} or before it, so what it pinned is not known`;
  return new PromoteError('INVALID', message, { hint: 'look back less far: --last' });
}

function formerNamings(keeping: Keeping, events: readonly HistoryEvent[]): readonly Naming[] {
  const { environment } = keeping;
  return events.flatMap(({ commit, images }) =>
    images.flatMap(({ image, before, after }) => {
      const need: Need = { environment: environment.name, why: 'former', where: commit };
      const repositories = ownRepositories(keeping, image);
      return [...before, ...after].flatMap(({ digest, tag }) =>
        repositories.map(repository => ({ image, repository, digest, tag, need })),
      );
    }),
  );
}

async function proposedNamings(keeping: Keeping, files: PinnedFiles): Promise<readonly Naming[]> {
  const { environments, environment } = keeping;
  const known = new Set(files.pins.map(wordsOf));
  const found = (await openProposals(keeping, files)).map(async ({ head, base, where }) => {
    const isChanged = await changesSince(files, head, base);
    const isRead = (path: string) => ownsFile(environment, path) && isChanged(path);
    const texts = await readFiles(files.repository, head, isRead);
    const pins = imagePins(environments, environment, texts).filter(pin => !known.has(wordsOf(pin)));
    return namingsOf(keeping, pins, { environment: environment.name, why: 'proposed', where });
  });
  return (await Promise.all(found)).flat();
}

/** The test of which files differ from the base. A branch that is behind does not propose its old pins. */
async function changesSince(
  { repository }: PinnedFiles,
  head: string,
  base: string | undefined,
): Promise<(path: string) => boolean> {
  if (base === undefined) return () => true;
  const [before, after] = [await repository.tree(base), await repository.tree(head)];
  return path => before.get(path)?.object !== after.get(path)?.object;
}

/** The open pull requests into the environment's branch, by anybody; on plain Git our branches. */
async function openProposals({ effects, environment }: Keeping, { repository, head }: PinnedFiles) {
  const forge = await effects.forge?.(environment.deployment);
  if (forge === undefined) {
    if (environment.commit === 'direct') return [];
    const branches = (await repository.branches?.(branchOf({ environment }, ''))) ?? [];
    return branches.map(({ branch, commit }) => ({ head: commit, base: undefined, where: branch }));
  }
  const open = (await forge.openPullRequests('', head.branch)).map(async ({ head: commit, url }) => ({
    head: commit,
    base: await forge.mergeBase(head.commit, commit),
    where: url,
  }));
  return await Promise.all(open);
}

/** The repositories of pins: their own, the environment's registries, and for a proposal its sources. */
function namingsOf(keeping: Keeping, pins: readonly ImagePin[], need: Need): readonly Naming[] {
  const { environments, environment } = keeping;
  return [...Map.groupBy(pins, ({ image }) => image)].flatMap(([image, own]) => {
    const taken = need.why === 'proposed' ? sourceRepositories(keeping, image) : [];
    return decidingPins(own, image).flatMap(({ pin }) => {
      const { digest, tag = digest === undefined ? 'latest' : undefined } = pin;
      const place = sourcePlace(environments, environment, imageNamed(environments, image), pin);
      const named = place === undefined || place.foreign ? [] : [place.repository];
      const repositories = new Set([...named, ...ownRepositories(keeping, image), ...taken]);
      return [...repositories].map(repository => ({ image, repository, digest, tag, need }));
    });
  });
}

function ownRepositories({ environments, environment }: Keeping, image: string): readonly RepositoryName[] {
  const known = imageNamed(environments, image);
  return environment.registries.map(registry => pushRepository(registry, known));
}

function sourceRepositories(keeping: Keeping, image: string): readonly RepositoryName[] {
  const { environments, environment } = keeping;
  const { from } = environment;
  if (from.kind === 'build') return [imageNamed(environments, image).source ?? []].flat();
  const sources = environments.environments.filter(({ name }) => sourceNames(from).includes(name));
  return sources.flatMap(source => ownRepositories({ ...keeping, environment: source }, image));
}

function wordsOf({ image, pin }: ImagePin): string {
  return `${image} ${pin.digest ?? pin.tag}`;
}

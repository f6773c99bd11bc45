import type { Environment, Environments } from '../../environments/environments.ts';
import { imageNamed, ownsFile, pushRepository } from '../../environments/locate.ts';
import { readFiles } from '../../git/read-files.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { imagePins } from '../../plan/image-pins.ts';
import type { Naming, Need } from '../../plan/needed.ts';
import { decidingPins } from '../../plan/pin-target.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { branchOf, type PinnedFiles } from '../../proposals/run.ts';
import type { Effects } from '../effects.ts';
import { readHistory } from '../history/history.ts';
import { readPins } from '../read-pins.ts';

/** Whose images are looked for, and how far back. */
export interface Keeping {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
  /** The number of an environment's last changes that may be rolled back. */
  readonly last: number;
}

/** Every place that names an image which the environment has, had lately, or is about to get. */
export async function findNamings(keeping: Keeping): Promise<readonly Naming[]> {
  const files = await readPins(keeping);
  const { name: environment } = keeping.environment;
  const pinned = namingsOf(keeping, files.pins, { environment, why: 'pinned' });
  const [former, proposed] = await Promise.all([
    formerNamings(keeping, files),
    proposedNamings(keeping, files),
  ]);
  return [...pinned, ...former, ...proposed];
}

async function formerNamings(keeping: Keeping, files: PinnedFiles): Promise<readonly Naming[]> {
  const { environments, environment, last } = keeping;
  const events = await readHistory(environments, environment, files, { limit: last });
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
  const found = (await openProposals(keeping, files)).map(async ({ head, where }) => {
    const isOwn = (path: string) => ownsFile(environment, path);
    const texts = await readFiles(files.repository, head, isOwn);
    const pins = imagePins(environments, environment, texts).filter(pin => !known.has(wordsOf(pin)));
    return namingsOf(keeping, pins, { environment: environment.name, why: 'proposed', where });
  });
  return (await Promise.all(found)).flat();
}

/** The open pull requests of the environment; on plain Git its branches. */
async function openProposals({ effects, environment }: Keeping, { repository, head }: PinnedFiles) {
  const prefix = branchOf({ environment }, '');
  const forge = await effects.forge?.(environment.deployment);
  if (forge === undefined) {
    const branches = (await repository.branches?.(prefix)) ?? [];
    return branches.map(({ branch, commit }) => ({ head: commit, where: branch }));
  }
  const open = await forge.openPullRequests(prefix, head.branch);
  return open.map(({ head: commit, url }) => ({ head: commit, where: url }));
}

/** What pins name: at the environment's registries, and for a proposal also where it is taken from. */
function namingsOf(keeping: Keeping, pins: readonly ImagePin[], need: Need): readonly Naming[] {
  return [...Map.groupBy(pins, ({ image }) => image)].flatMap(([image, own]) => {
    const taken = need.why === 'proposed' ? sourceRepositories(keeping, image) : [];
    const repositories = [...ownRepositories(keeping, image), ...taken];
    return decidingPins(own, image).flatMap(({ pin: { digest, tag } }) =>
      digest === undefined && tag === undefined
        ? []
        : repositories.map(repository => ({ image, repository, digest, tag, need })),
    );
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
  const source = environments.environments.find(({ name }) => name === from.name);
  return source === undefined ? [] : ownRepositories({ ...keeping, environment: source }, image);
}

function wordsOf({ image, pin }: ImagePin): string {
  return `${image} ${pin.digest ?? pin.tag}`;
}

import type { Environment } from '../../environments/environments.ts';
import { environmentNamed, ownsFile } from '../../environments/locate.ts';
import { changedPins } from '../../plan/change.ts';
import { imagePins } from '../../plan/image-pins.ts';
import type { ImagePin, SourceImage } from '../../plan/snapshot.ts';
import { sourceImages } from '../../plan/source-images.ts';
import { deploymentKey, readFiles } from '../read-pins.ts';
import type { Proposal } from './proposal.ts';
import type { Scene } from './scene.ts';

/**
 * What an open pull request was made from: the images whose pins it changes, with their sources as they were where
 * it left the base. What the source environment's files do not tell is taken from the pins themselves.
 */
export async function heldSources(
  scene: Scene,
  { pullRequest: { head }, change: { fork } }: Proposal,
  current: readonly SourceImage[],
): Promise<readonly SourceImage[]> {
  const { environments, environment } = scene;
  const pinsAt = async (commit: string, globs: Pick<Environment, 'files' | 'exclude'>) => {
    const wanted = (path: string) => ownsFile(globs, path);
    return imagePins(environments, await readFiles(scene.files.repository, commit, wanted));
  };
  const pinned = changedPins(await pinsAt(fork, environment), await pinsAt(head, environment));
  const before = await sourcesAt(scene, commit => pinsAt(fork, commit));
  return [...pinned].flatMap(([image, { tag, digest, file, line }]): readonly SourceImage[] => {
    const known = before.find(source => source.image === image && source.digest === digest);
    if (known) return [known];
    const built = environments.images.find(({ name }) => name === image)?.source;
    const repository = current.find(source => source.image === image)?.repository ?? built;
    if (repository === undefined) return [];
    const origin = `${environment.name} ${file}:${line}`;
    return [{ image, repository, digest, origin, ...(tag === undefined ? {} : { tag }) }];
  });
}

async function sourcesAt(
  { environments, environment }: Scene,
  pinsOf: (globs: Pick<Environment, 'files' | 'exclude'>) => Promise<readonly ImagePin[]>,
): Promise<readonly SourceImage[]> {
  if (environment.from.kind === 'build') return [];
  const source = environmentNamed(environments, environment.from.name);
  if (deploymentKey(source) !== deploymentKey(environment)) return [];
  return sourceImages(environments, source, await pinsOf(source));
}

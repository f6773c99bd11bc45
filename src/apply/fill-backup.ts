import type { Environment, Environments } from '../environments/environments.ts';
import { imageNamed, pushRepository } from '../environments/locate.ts';
import { failureText } from '../errors.ts';
import { findNamings } from '../facts/namings.ts';
import { findStop } from '../facts/stops.ts';
import { stopText } from '../gates/hold.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { type NeededImage, neededImages } from '../plan/needed.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { beginRun } from '../run/run.ts';
import { restoreImage } from './rollback/restore.ts';

/** How many changes of an environment may be rolled back: as `promote keep` counts them. */
const LAST = 10;

/** An environment with a backup. */
export interface BackupScope {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
}

/** The images in the backup that only a rollback may want, and failures that may hide more. */
export async function formerImages(scope: BackupScope) {
  const { namings, earlier } = await findNamings({ ...scope, last: LAST });
  const backup = scope.environment.registries.filter(({ isBackup }) => isBackup === true);
  const own = backup.flatMap(registry =>
    scope.environments.images.map(image => pushRepository(registry, image)),
  );
  const needed = neededImages(namings.filter(({ repository }) => own.includes(repository)));
  return { images: needed.filter(({ needs }) => needs.every(({ why }) => why === 'former')), gaps: earlier };
}

/** The repositories of an image in the environment's registries without the backup. */
export function primaries(
  { environments, environment }: BackupScope,
  image: string,
): readonly RepositoryName[] {
  return environment.registries
    .filter(({ isBackup }) => isBackup !== true)
    .map(registry => pushRepository(registry, imageNamed(environments, image)));
}

/** The first of the repositories that has all of an image. */
export async function findWhole(
  { effects: { store } }: BackupScope,
  repositories: readonly RepositoryName[],
  digest: Digest,
): Promise<RepositoryName | undefined> {
  for (const repository of repositories)
    if ((await checkClosure(store(repository), digest)).lacks.length === 0) return repository;
  return undefined;
}

/** Whether nothing may be copied to the backup, since everything in the environment is stopped; this is logged. */
export async function isStopped(
  { effects, environments, environment }: BackupScope,
  request: PromotionRequest,
): Promise<boolean> {
  const stop = await findStop(await beginRun(effects, environments, request), true);
  if (stop !== undefined)
    effects.log(`nothing is copied to the backup of ${environment.name}: ${stopText(stop)}`);
  return stop !== undefined;
}

/** Copies to the backup what a rollback may want and what is not there at all. Failures are only logged. */
export async function bringFormer(scope: BackupScope, request: PromotionRequest): Promise<void> {
  const { environment, effects } = scope;
  const done = await contain(async () => {
    if (await isStopped(scope, request)) return;
    const { images } = await formerImages(scope);
    for (const image of images) await fill(scope, image);
  });
  if (done.kind === 'failed')
    effects.log(
      `the backup of ${environment.name} may lack what a rollback wants: ${failureText(done.error)}`,
    );
}

async function fill(scope: BackupScope, { image, repository, digest, tags }: NeededImage): Promise<void> {
  const { effects } = scope;
  if (digest === undefined || (await effects.store(repository).head(digest)) !== undefined) return;
  const from = await findWhole(scope, primaries(scope, image), digest);
  if (from !== undefined) await restoreImage(effects, { image, digest, from, to: repository, tag: tags[0] });
}

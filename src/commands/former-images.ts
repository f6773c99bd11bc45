import { restoreImage } from '../apply/rollback/restore.ts';
import type { Environment, Environments } from '../environments/environments.ts';
import { imageNamed, pushRepository } from '../environments/locate.ts';
import { failureText, PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { type NeededImage, neededImages } from '../plan/needed.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import type { FormerImage } from '../reports/former-images.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { findNamings } from './keep/namings.ts';
import { checkCarried } from './verify-evidence.ts';
import { ownRecords } from './verify-target.ts';

/** How many changes of an environment may be rolled back: as `promote keep` counts them. */
const LAST = 10;

/** What is needed to look at a backup. */
export interface BackupScope {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
}

/** What a backup has of the images that a rollback may want, and why some of these are not known. */
export interface FormerImages {
  readonly images: readonly FormerImage[];
  readonly gaps: readonly PromoteError[];
}

/** Looks in the backup for the images of the last changes; those that are pinned now are verified elsewhere. */
export async function findFormer(scope: BackupScope): Promise<FormerImages> {
  const { namings, earlier } = await findNamings({ ...scope, last: LAST });
  const backup = scope.environment.registries.filter(({ isBackup }) => isBackup === true);
  const own = backup.flatMap(registry =>
    scope.environments.images.map(image => pushRepository(registry, image)),
  );
  const needed = neededImages(namings.filter(({ repository }) => own.includes(repository)));
  const former = needed.filter(({ needs }) => needs.every(({ why }) => why === 'former'));
  return { images: await Promise.all(former.map(image => lookAt(scope, image))), gaps: earlier };
}

async function lookAt(scope: BackupScope, needed: NeededImage): Promise<FormerImage> {
  const { image, repository, digest, tags } = needed;
  const place = { image, repository, digest, tags };
  if (digest === undefined) return { ...place, kind: 'undigested' };
  const outcome = await contain(() => compare(scope, { ...needed, digest }));
  return outcome.kind === 'done'
    ? { ...place, ...outcome.value }
    : { ...place, kind: 'unread', reason: failureText(outcome.error) };
}

type Found = Pick<FormerImage, 'kind' | 'reason' | 'from'>;

async function compare(
  scope: BackupScope,
  { image, repository, digest }: NeededImage & { readonly digest: Digest },
): Promise<Found> {
  const { store } = scope.effects;
  const sources = primaries(scope, image);
  const { lacks } = await checkClosure(store(repository), digest);
  if (lacks.length > 0) {
    const reason = `${lacks.length === 1 ? '1 part is' : `${lacks.length} parts are`} missing`;
    const from = await findWhole(scope, sources, digest);
    return from === undefined ? { kind: 'lost', reason } : { kind: 'missing', reason, from };
  }
  const carried = await checkCarried({
    open: store,
    sources,
    target: store(repository),
    digest,
    evidence: 'all',
    isOwnRecord: ownRecords(scope, { image, digest }, repository),
  });
  if (carried.state === 'good' || carried.state === 'unasked') return { kind: 'complete' };
  const from = await findWhole(scope, sources, digest).catch(notReached);
  return { kind: from === undefined ? 'complete' : 'missing', reason: carried.problems.join('; '), from };
}

/** The backup is complete by itself, so a registry that does not answer takes nothing from it. */
function notReached(error: unknown): undefined {
  if (!(error instanceof PromoteError)) throw error;
  return undefined;
}

function primaries({ environments, environment }: BackupScope, image: string): readonly RepositoryName[] {
  return environment.registries
    .filter(({ isBackup }) => isBackup !== true)
    .map(registry => pushRepository(registry, imageNamed(environments, image)));
}

async function findWhole(
  { effects: { store } }: BackupScope,
  sources: readonly RepositoryName[],
  digest: Digest,
): Promise<RepositoryName | undefined> {
  for (const source of sources)
    if ((await checkClosure(store(source), digest)).lacks.length === 0) return source;
  return undefined;
}

/** Copies what the backup lacks and a registry of the environment has, with its evidence. */
export async function completeFormer(scope: BackupScope): Promise<void> {
  const { images } = await findFormer(scope);
  for (const { image, kind, digest, from, repository, tags } of images) {
    if (kind !== 'missing' || digest === undefined || from === undefined) continue;
    const [tag] = tags;
    const done = await contain(() =>
      restoreImage(scope.effects, { image, digest, from, to: repository, tag }),
    );
    if (done.kind === 'failed') scope.effects.log(failureText(done.error));
  }
}

import { type BackupScope, findWhole, formerImages, isStopped, primaries } from '../apply/fill-backup.ts';
import { restoreImage } from '../apply/rollback/restore.ts';
import { failureText, PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { NeededImage } from '../plan/needed.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import type { FormerImage } from '../reports/former-images.ts';
import { contain } from '../run/contain.ts';
import { checkCarried } from './verify-evidence.ts';
import { ownRecords } from './verify-target.ts';

/** What a backup has of the images that a rollback may want, and why some of these are not known. */
export interface FormerImages {
  readonly images: readonly FormerImage[];
  readonly gaps: readonly PromoteError[];
}

/** Looks in the backup for the images of the last changes; those that are pinned now are verified elsewhere. */
export async function findFormer(scope: BackupScope): Promise<FormerImages> {
  const { images, gaps } = await formerImages(scope);
  return { images: await Promise.all(images.map(image => lookAt(scope, image))), gaps };
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

/** Copies what the backup lacks and a registry of the environment has, with its evidence, unless all is stopped. */
export async function completeFormer(scope: BackupScope, request: PromotionRequest): Promise<void> {
  if (await isStopped(scope, request)) return;
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

import { PromoteError } from '../errors.ts';
import { attachedSbom } from '../images/attached-sbom.ts';
import { readImage } from '../images/image.ts';
import { claimsSignature } from '../images/signature.ts';
import type { Digest } from '../oci/digest.ts';
import { repositoryAt } from '../plan/compare-sources.ts';
import { packageChanges } from '../plan/refresh/image-changes.ts';
import type { Store } from '../registry/store.ts';
import type { ImageDetails } from '../reports/image-details.ts';
import type { ProposalEffects } from './run.ts';

/** An image where it was found. */
export interface PlacedImage {
  readonly store: Store;
  readonly digest: Digest;
}

type Told = Pick<ProposalEffects, 'log'>;

/** Whether anything claims to sign the image, and how its packages differ from those of the image before. */
export async function readEvidence(
  { log }: Told,
  image: PlacedImage,
  before: PlacedImage | undefined,
): Promise<Pick<ImageDetails, 'isSigned' | 'packages'>> {
  const about = `${image.store.name}@${image.digest}`;
  const isSigned = await unlessUnread({ log }, `signatures of ${about}`, () =>
    claimsSignature(image.store, image.digest),
  );
  if (before === undefined) return { isSigned };
  const packages = await unlessUnread({ log }, `packages of ${about}`, async () => {
    const [old, now] = [await packagesOf(before), await packagesOf(image)];
    return old && now && packageChanges(old, now);
  });
  return { isSigned, packages };
}

async function packagesOf({ store, digest }: PlacedImage) {
  return (await attachedSbom(await readImage(store, digest)))?.packages;
}

/** A tag that names a version, which releases are named by. */
const VERSION = /^v?\d+\.\d/;

/** The notes of a version's release, from the repository that the environments file names. */
export async function readNotes(
  { releaseNotes, log }: Pick<ProposalEffects, 'releaseNotes' | 'log'>,
  repositoryUrl: string | undefined,
  version: string | undefined,
): Promise<ImageDetails['notes']> {
  const repository = repositoryUrl === undefined ? undefined : repositoryAt(repositoryUrl);
  if (releaseNotes === undefined || repository === undefined || !VERSION.test(version ?? ''))
    return undefined;
  const tags = [...(version?.startsWith('v') ? [] : [`v${version}`]), `${version}`];
  return await unlessUnread({ log }, `the release ${version} of ${repository}`, async () => {
    for (const tag of tags) {
      const notes = await releaseNotes(repository, tag);
      if (notes !== undefined) return notes;
    }
    return undefined;
  });
}

/** What only informs keeps nothing back where it cannot be read. */
async function unlessUnread<T>({ log }: Told, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    log(`${what}: ${error.message}`);
    return undefined;
  }
}

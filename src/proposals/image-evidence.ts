import { PromoteError } from '../errors.ts';
import { attachedSbom } from '../images/attached-sbom.ts';
import { readImage } from '../images/image.ts';
import type { ScanTrust } from '../images/scans.ts';
import { readSignatures } from '../images/signature.ts';
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

/** What evidence is read with. */
export interface EvidenceAsked {
  /** The trust by which signatures are known as ours. */
  readonly trust: () => Promise<ScanTrust | undefined>;
  /** Since when the environment before has the image. */
  readonly before: () => Promise<ImageDetails['before']>;
}

/** Who signed the image, since when the environment before has it, and how its packages differ from the replaced one's. */
export async function readEvidence(
  { log }: Told,
  image: PlacedImage,
  replaced: PlacedImage | undefined,
  { trust, before: readBefore }: EvidenceAsked,
): Promise<Pick<ImageDetails, 'signers' | 'before' | 'packages'>> {
  const about = `${image.store.name}@${image.digest}`;
  const signers = await unlessUnread({ log }, `signatures of ${about}`, async () =>
    readSigners(image, await trust()),
  );
  const before = await unlessUnread({ log }, `how long ${about} has been pinned`, readBefore);
  if (replaced === undefined) return { signers, before };
  const packages = await unlessUnread({ log }, `packages of ${about}`, async () => {
    const [old, now] = [await packagesOf(replaced), await packagesOf(image)];
    return old && now && packageChanges(old, now);
  });
  return { signers, before, packages };
}

/** One of our signers who signed the image; else the names that its signatures claim. */
async function readSigners(
  { store, digest }: PlacedImage,
  trust: ScanTrust | undefined,
): Promise<ImageDetails['signers']> {
  const [own] = trust === undefined ? [] : await readSignatures(store, digest, trust, { children: false });
  if (own?.signature.kind === 'signed') return { kind: 'ours', by: own.signature.by };
  // This module is loaded only here, since it reads certificates.
  const { claimedSigners } = await import('../images/claimed-signers.ts');
  const by = await claimedSigners(store, digest);
  return by === undefined ? { kind: 'none' } : { kind: 'claimed', by };
}

async function packagesOf({ store, digest }: PlacedImage) {
  return (await attachedSbom(await readImage(store, digest)))?.packages;
}

/** A tag that names a version, as releases are named. */
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

/** Reads what only informs; `undefined` if it cannot be read, so that it stops nothing. */
async function unlessUnread<T>({ log }: Told, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    log(`${what}: ${error.message}`);
    return undefined;
  }
}

import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Report } from './report.ts';

/** An image, and the manifests of its platforms: several for an index, else its own. */
export interface ScannableImage {
  readonly digest: Digest;
  readonly platforms: readonly PlatformManifest[];
}

/** One platform's manifest, and the digest of its config, which Docker calls the image's id. */
export interface PlatformManifest {
  readonly digest: Digest;
  readonly config: Digest;
  readonly platform?: string | undefined;
}

/** The manifests of the platforms that a report counts for, or why it counts for none. */
export type Placed =
  | { readonly kind: 'placed'; readonly platforms: readonly Digest[] }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Finds the platforms of an image that a report is about. `subject` is the digest that the report is signed
 * for. Without it, the report itself must name the digest.
 */
export function placeReport(report: Report, subject: Digest | undefined, image: ScannableImage): Placed {
  const { digests } = report;
  if (digests.length === 0 && subject === undefined) return refused(NO_DIGEST);
  const named = image.platforms.filter(platform =>
    digests.some(({ kind, digest }) => digest === (kind === 'config' ? platform.config : platform.digest)),
  );
  const isOfIndex = digests.some(({ kind, digest }) => kind === 'manifest' && digest === image.digest);
  if (digests.length > 0 && named.length === 0 && !isOfIndex) {
    const [other] = digests;
    return refused(`it is of another image, ${other && shortDigest(other.digest)}`);
  }
  const signed =
    subject === image.digest ? undefined : image.platforms.find(({ digest }) => digest === subject);
  if (signed === undefined && subject !== undefined && subject !== image.digest)
    return refused('it is signed for another image');
  const found = named.length > 0 ? named : ofPlatform(report, image);
  if (signed === undefined) {
    if (found.length === 0) return refused('it does not say which platform it scanned');
    return { kind: 'placed', platforms: found.map(({ digest }) => digest) };
  }
  const isSilent = named.length === 0 && report.platform === undefined;
  if (!isSilent && !found.includes(signed))
    return refused(
      `it is signed for ${signed.platform ?? shortDigest(signed.digest)}, and was made of another platform`,
    );
  return { kind: 'placed', platforms: [signed.digest] };
}

const NO_DIGEST =
  'a format without a digest counts only inside a signed attestation whose subject is that digest';

/** The platform of a report that names none by digest. A scanner scans only one platform of an index. */
function ofPlatform({ platform }: Report, { platforms }: ScannableImage): readonly PlatformManifest[] {
  const [only] = platforms;
  if (platform === undefined) return platforms.length === 1 && only !== undefined ? [only] : [];
  const exact = platforms.filter(one => one.platform === platform);
  if (exact.length > 0) return exact;
  const alike = platforms.filter(one => one.platform === undefined || isLike(one.platform, platform));
  return alike.length === 1 ? alike : [];
}

/** Whether two platforms are the same. A missing variant matches any: `linux/arm64`, `linux/arm64/v8`. */
function isLike(left: string, right: string): boolean {
  const [short = '', long = ''] = [left, right].toSorted((a, b) => a.length - b.length);
  return long === short || (long.startsWith(`${short}/`) && short.split('/').length === 2);
}

function refused(reason: string): Placed {
  return { kind: 'refused', reason };
}

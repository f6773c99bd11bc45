import type { Reference } from '../../oci/reference.ts';
import type { PinTarget } from '../../pins/pin.ts';
import { rewriteText } from '../../pins/site/rewrite.ts';
import type { NamedSite } from '../../pins/site/site.ts';

/** What a reference shall name afterwards; what is absent stays as it is written. */
export type ReferenceTarget = Pick<PinTarget, 'tag' | 'digest'>;

/** The reference that a pin holds, without where it stands. */
export function referenceIn({ repository, tag, digest }: NamedSite['pin']): Reference {
  return { repository, tag, digest };
}

/** What a reference's pin holds once it names the target. */
export function wholeTarget({ pin }: NamedSite, { tag, digest }: ReferenceTarget): PinTarget {
  return { repository: pin.repository, tag: tag ?? pin.tag, digest: digest ?? pin.digest };
}

/** The target, without a digest where the reference takes none and its tag moves all the same. */
export function targetFor(site: NamedSite, target: ReferenceTarget): ReferenceTarget {
  const { tag } = target;
  if (tag === undefined || site.pin.digest !== undefined) return target;
  const isTakenWhole = refusalOf(site, target) === undefined;
  return isTakenWhole || refusalOf(site, { tag }) !== undefined ? target : { tag };
}

/** Why a reference cannot be changed where it stands; `undefined` where it can. */
export function refusalOf(site: NamedSite, target: ReferenceTarget): string | undefined {
  const { pin, parts } = site;
  if (parts.kind !== 'text') {
    const isPinned = target.digest !== undefined;
    return isPinned
      ? undefined
      : 'in a deployment file a tag moves together with its digest: write `pin: true`';
  }
  const made = rewriteText({ pin, parts }, wholeTarget(site, target));
  return made.kind === 'refused' ? made.reason : undefined;
}

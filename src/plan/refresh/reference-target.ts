import type { Reference } from '../../oci/reference.ts';
import type { PinTarget } from '../../pins/pin.ts';
import { rewriteText } from '../../pins/site/rewrite.ts';
import type { NamedSite } from '../../pins/site/site.ts';

/** The new target of a reference; absent parts stay as they are written. */
export type ReferenceTarget = Partial<Pick<PinTarget, 'repository' | 'tag' | 'digest'>>;

/** The reference in a pin, without its place. */
export function referenceIn({ repository, tag, digest }: NamedSite['pin']): Reference {
  return { repository, tag, digest };
}

/** The content of a reference's pin after the change. */
export function wholeTarget({ pin }: NamedSite, { repository, tag, digest }: ReferenceTarget): PinTarget {
  return { repository: repository ?? pin.repository, tag: tag ?? pin.tag, digest: digest ?? pin.digest };
}

/** The target; without a digest if the reference cannot have one and its tag changes. */
export function targetFor(site: NamedSite, target: ReferenceTarget): ReferenceTarget {
  const { tag } = target;
  if (tag === undefined || site.pin.digest !== undefined) return target;
  const isTakenWhole = refusalOf(site, target) === undefined;
  return isTakenWhole || refusalOf(site, { tag }) !== undefined ? target : { tag };
}

/** Why a reference cannot be changed in its place; `undefined` if it can. */
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

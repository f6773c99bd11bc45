import { isDigest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import type { Pin, PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { invalidAt, type Spot } from '../yaml/source.ts';
import { isShared, requireUnique } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import type { TagAndDigest } from './site.ts';

/** A pin's tag and digest as read from their scalars. */
type ReadTagAndDigest = Pick<Pin, 'tag' | 'digest' | 'untagged'>;

/** Reads a tag, `tag@digest` and a digest; undefined where a scalar holds anything else. */
export function readTagAndDigest({ tag, digest }: TagAndDigest): ReadTagAndDigest | undefined {
  const [tagText = '', ...rest] = tag?.node.text.split('@') ?? [];
  const appended = rest.length === 0 ? '' : rest.join('@');
  const digestText = digest?.node.text || appended;
  if (rest.length > 0 && !(isTag(tagText) && isDigest(appended))) return undefined;
  if (tagText !== '' && !isTag(tagText)) return undefined;
  if (digestText !== '' && !isDigest(digestText)) return undefined;
  for (const scalar of [tag, digest]) if (scalar) requireUnique(scalar);
  return {
    tag: tagText === '' ? undefined : tagText,
    digest: isDigest(digestText) ? digestText : undefined,
    untagged: tag === undefined || (tagText === '' && digestText !== '') ? true : undefined,
  };
}

/** The splices that make the scalars hold the target's tag and digest. Throws `INVALID` where they cannot. */
export function editTagAndDigest(parts: TagAndDigest, target: PinTarget): readonly Splice[] {
  const { tag, digest } = parts;
  if (digest === undefined) return tag === undefined ? [] : combine(tag, target);
  return [...editTag(parts, target), ...writeScalar(digest, target.digest ?? '')];
}

/** The splices that make the tag's scalar hold the target's tag alone. */
export function editTag({ tag, digest }: TagAndDigest, target: PinTarget): readonly Splice[] {
  const pinsByDigestAlone = digest !== undefined && digest.node.text !== '';
  if (tag === undefined) return [];
  if (tag.node.text === '' && (pinsByDigestAlone || target.tag === undefined)) return [];
  return writeScalar(tag, requireTag(tag, target));
}

function combine(tag: Spot<YamlScalar>, target: PinTarget): readonly Splice[] {
  if (isShared(tag) && !tag.node.text.includes('@')) {
    throw invalidAt(
      tag.source,
      tag.node.start,
      'a tag that an alias repeats cannot take a digest',
      'write the tag out in each place, or give the image a `digest` key',
    );
  }
  return writeScalar(tag, requireTag(tag, target) + (target.digest === undefined ? '' : `@${target.digest}`));
}

function requireTag({ source, node }: Spot<YamlScalar>, { tag, repository }: PinTarget): string {
  if (tag !== undefined) return tag;
  throw invalidAt(
    source,
    node.start,
    `the pin holds a tag and ${repository} is to be pinned without one`,
    'name a tag',
  );
}

import { type Digest, isDigest } from '../oci/digest.ts';
import { isTag } from '../oci/reference.ts';
import { invalidAt } from './document.ts';
import type { PinTarget } from './pin.ts';
import { writeScalar } from './scalar.ts';
import type { TagAndDigest } from './site.ts';
import type { Splice } from './splice.ts';
import { isShared, requireUnique, type Spot } from './spot.ts';
import type { YamlScalar } from './tree.ts';

/** A pin's tag and digest as read from their scalars. */
interface ReadTagAndDigest {
  readonly tag?: string;
  readonly digest?: Digest;
  readonly untagged?: true;
}

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
    ...(tagText === '' ? {} : { tag: tagText }),
    ...(isDigest(digestText) ? { digest: digestText } : {}),
    ...(tag === undefined || (tagText === '' && digestText !== '') ? { untagged: true } : {}),
  };
}

/** The splices that make the scalars hold the target's tag and digest. Throws `INVALID` where they cannot. */
export function editTagAndDigest(site: TagAndDigest, target: PinTarget): readonly Splice[] {
  const { tag, digest } = site;
  if (digest === undefined) return tag === undefined ? [] : combine(tag, target);
  return [...editTag(site, target), ...writeScalar(digest, target.digest)];
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
  return writeScalar(tag, `${requireTag(tag, target)}@${target.digest}`);
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

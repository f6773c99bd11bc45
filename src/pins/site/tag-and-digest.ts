import type { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import type { Pin, PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { writeScalar } from '../yaml/scalar.ts';
import { invalidAt, type Spot } from '../yaml/source.ts';
import { isShared, requireUnique } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { readDigest, styledDigest } from './digest-style.ts';
import type { TagAndDigest } from './site.ts';

/** A pin's tag and digest as read from their scalars. */
type ReadTagAndDigest = Pick<Pin, 'tag' | 'digest' | 'untagged'>;

/** The parts of a tag's text: `:1.4.2@sha256:…` has all of them. */
interface TagText {
  readonly sign: '' | ':';
  readonly tag: string;
  readonly digest: string;
}

/**
 * Reads a tag, `tag@digest` and a digest; undefined where a scalar contains anything else. `onRepository` is
 * the digest on the repository: a second digest beside it is not understood.
 */
export function readTagAndDigest(
  { tag, digest }: TagAndDigest,
  onRepository?: Digest | undefined,
): ReadTagAndDigest | undefined {
  const text = tagText(tag?.node.text ?? '');
  const beside = digest?.node.text || text.digest;
  if (onRepository !== undefined && beside !== '') return undefined;
  const digestText = onRepository ?? beside;
  const read = readDigest(digestText);
  if (text.tag !== '' && !isTag(text.tag)) return undefined;
  if (
    (digestText !== '' && read === undefined) ||
    (text.digest !== '' && readDigest(text.digest) === undefined)
  ) {
    return undefined;
  }
  for (const scalar of [tag, digest]) if (scalar) requireUnique(scalar);
  return {
    tag: text.tag === '' ? undefined : text.tag,
    digest: read,
    untagged: tag === undefined || (text.tag === '' && digestText !== '') ? true : undefined,
  };
}

/** The splices that write the target's tag and digest into the scalars. Throws `INVALID` if they cannot. */
export function editTagAndDigest(parts: TagAndDigest, target: PinTarget): readonly Splice[] {
  const { tag, digest } = parts;
  if (tag === undefined && digest?.node.text && target.digest === undefined) throw noTag(digest);
  if (digest === undefined) return tag === undefined ? [] : combine(tag, target);
  // A key without a value stays as it is written.
  const isEmpty = digest.node.text === '' && target.digest === undefined;
  return [
    ...editTag(parts, target),
    ...(isEmpty ? [] : writeScalar(digest, styledDigest(digest, target.digest))),
  ];
}

/** The splices that change the tag's scalar to the target's tag alone. */
export function editTag({ tag, digest }: TagAndDigest, target: PinTarget): readonly Splice[] {
  if (tag === undefined) return [];
  const pinsByDigestAlone = digest !== undefined && digest.node.text !== '' && target.digest !== undefined;
  if (tag.node.text === '' && (pinsByDigestAlone || target.tag === undefined)) return [];
  return writeScalar(tag, `${tagText(tag.node.text).sign}${requireTag(tag, target)}`);
}

function combine(tag: Spot<YamlScalar>, target: PinTarget): readonly Splice[] {
  const { node, source } = tag;
  const old = tagText(node.text);
  if (old.tag === '' && old.digest !== '' && target.digest !== undefined)
    return writeScalar(tag, styledDigest(tag, target.digest));
  if (isShared(tag) && old.digest === '' && target.digest !== undefined) {
    throw invalidAt(
      source,
      node.start,
      'a tag that an alias repeats cannot take a digest',
      'write the tag out in each place, or give the image a `digest` key',
    );
  }
  const digest = target.digest === undefined ? '' : `@${target.digest}`;
  return writeScalar(tag, `${old.sign}${requireTag(tag, target)}${digest}`);
}

/** A digest may be where a tag is expected, with or without an `@` before it. */
function tagText(text: string): TagText {
  if (readDigest(text) !== undefined && !isTag(text)) return { sign: '', tag: '', digest: text };
  const sign = text.startsWith(':') ? ':' : '';
  const at = text.indexOf('@');
  return {
    sign,
    tag: text.slice(sign.length, at < 0 ? undefined : at),
    digest: at < 0 ? '' : text.slice(at + 1),
  };
}

function noTag({ source, node }: Spot<YamlScalar>): PromoteError {
  const message = 'the pin holds a digest alone, and has no place for a tag';
  return invalidAt(source, node.start, message, 'add a key for the tag, or write pin: digest for it');
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

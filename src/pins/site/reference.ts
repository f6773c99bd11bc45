import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatReference, parseReference, type Reference, type RepositoryName } from '../../oci/reference.ts';
import type { PinFormat } from '../pin.ts';
import type { Spot } from '../yaml/source.ts';
import { requireUnique } from '../yaml/spot.ts';
import type { YamlScalar } from '../yaml/tree.ts';
import { type PinSite, pinAt } from './site.ts';

/** The pin in a scalar that contains `before` and then a whole reference; undefined for any other content. */
export function referenceSite(
  scalar: Spot<YamlScalar> | undefined,
  format: PinFormat,
  { image, before = '' }: { readonly image?: string; readonly before?: string } = {},
): PinSite | undefined {
  const text = scalar?.node.text ?? '';
  const found = text.startsWith(before) ? readReference(text.slice(before.length)) : undefined;
  if (scalar === undefined || found === undefined) return undefined;
  requireUnique(scalar);
  const pin = pinAt(scalar, scalar, { format, ...found, image, untagged: isUntagged(found) });
  return {
    kind: 'pin',
    pin,
    written: formatReference(found),
    repositoryText: repositoryText(text.slice(before.length), found.tag),
    parts: { kind: 'whole', reference: scalar, before },
  };
}

/** An edit adds no tag to a reference that has only a digest. */
export function isUntagged({ tag, digest }: Reference): true | undefined {
  return tag === undefined && digest !== undefined ? true : undefined;
}

/** The reference in a text; undefined where the text is not one, or is the URL of an OCI chart. */
export function readReference(text: string): Reference | undefined {
  if (text === '' || text.startsWith('oci://')) return undefined;
  // Most values are plain words, and creating an error for each would cost more than all the parsing.
  if (/\s/.test(text) && !text.startsWith('oci:')) return undefined;
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return undefined;
    throw error;
  }
}

/** The repository in a text; undefined where the text has a tag or a digest too, or is not a reference. */
export function readRepository(text: string): RepositoryName | undefined {
  const found = readReference(text);
  return found?.tag === undefined && found?.digest === undefined ? found?.repository : undefined;
}

/** A repository as a text contains it, with an optional digest after it: `ghcr.io/acme/api@sha256:…`. */
export interface WrittenRepository {
  readonly name: RepositoryName;
  /** The name as it is spelled. */
  readonly text: string;
  readonly digest?: Digest | undefined;
}

/** The repository in a text, and its digest; undefined if the text has a tag too, or is not a reference. */
export function readDigestedRepository(written: string): WrittenRepository | undefined {
  const found = readReference(written);
  if (found === undefined || found.tag !== undefined) return undefined;
  return { name: found.repository, text: repositoryText(written, undefined), digest: found.digest };
}

const HOST = /^(?:localhost|[^/]*[.:][^/]*)\//;

/** Whether a repository's text names its registry and does not leave it to a default. */
export function namesHost(text: string): boolean {
  return HOST.test(text);
}

/** A reference's text without its tag and digest. */
export function repositoryText(text: string, tag: string | undefined): string {
  const named = text.split('@', 1).join('');
  return tag === undefined ? named : named.slice(0, -tag.length - 1);
}

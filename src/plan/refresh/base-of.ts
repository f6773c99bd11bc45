import { type Digest, isDigest } from '../../oci/digest.ts';

/** What tells which base an image was built on. */
export interface BuiltOn {
  readonly annotations: Readonly<Record<string, string>>;
  /** The digests of its uncompressed layers, the first one lowest. */
  readonly diffIds: readonly Digest[];
}

/** A base that is known: what names it, and its layers. */
export interface KnownBase {
  readonly reference: string;
  readonly digest: Digest;
  readonly diffIds: readonly Digest[];
}

/**
 * An image's base: as its annotations name it, or the known bases, usually one, that its first layers are all of.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 */
export type BaseMatch =
  | { readonly kind: 'annotated'; readonly reference: string; readonly digest?: Digest }
  | { readonly kind: 'layers'; readonly bases: readonly KnownBase[] }
  | { readonly kind: 'unknown' };

/**
 * The base an image stands on. A known base counts only if each of its layers is there in its place, and the one with
 * the most layers wins: a sibling variant shares the first layers and differs above.
 */
export function baseOf({ annotations, diffIds }: BuiltOn, known: readonly KnownBase[]): BaseMatch {
  const reference = annotations['org.opencontainers.image.base.name'];
  const digest = annotations['org.opencontainers.image.base.digest'] ?? '';
  if (reference) return { kind: 'annotated', reference, ...(isDigest(digest) ? { digest } : {}) };
  const below = known.filter(
    base => base.diffIds.length > 0 && base.diffIds.every((id, index) => id === diffIds[index]),
  );
  const most = Math.max(...below.map(base => base.diffIds.length));
  const bases = below.filter(base => base.diffIds.length === most);
  return bases.length === 0 ? { kind: 'unknown' } : { kind: 'layers', bases };
}

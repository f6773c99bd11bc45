import { type Digest, isDigest } from '../../oci/digest.ts';

/** The facts that show which base an image was built on. */
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
 * An image's base: the one in its annotations, or the known bases whose layers are its first layers, usually one.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 */
export type BaseMatch =
  | { readonly kind: 'annotated'; readonly reference: string; readonly digest?: Digest }
  | { readonly kind: 'layers'; readonly bases: readonly KnownBase[] }
  | { readonly kind: 'unknown' };

/**
 * Finds the base of an image. A known base counts only if all its layers are there in order. The one with the most
 * layers is chosen: variants share their first layers and differ above.
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

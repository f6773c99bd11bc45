import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** A tag, or a digest. */
export type TagOrDigest = string | Digest;

/** A blob on its way into a store: where it already is, and how to read it when it cannot be linked from there. */
export interface BlobSource {
  readonly repository?: RepositoryName;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * One repository of a registry, or one OCI image layout on disk.
 * Whatever is read is verified against digest and size before its last byte is handed on (`DIGEST_MISMATCH`);
 * errors name operation, repository and subject.
 */
export interface Store extends ReadableStore, WritableStore {
  readonly name: RepositoryName;
  /**
   * The same repository, whose mirrors are read first for what is named by its digest; absent: it has none. It serves
   * what is copied from, and never tells what the repository itself has.
   */
  readonly mirrored?: Store | undefined;
  /** The repository alone, and the one that its evidence is kept in; absent: it is kept beside the images. */
  readonly apart?: { readonly images: Store; readonly evidence: Store } | undefined;
}

/** What can be read of a repository. */
interface ReadableStore {
  /** The descriptor of a manifest by tag or digest, `undefined` where it is absent. Costs one HEAD. */
  head(target: TagOrDigest): Promise<Descriptor | undefined>;
  /** A manifest's verified bytes, `undefined` where it is absent. */
  manifest(target: TagOrDigest): Promise<ManifestContent | undefined>;
  /** A blob's bytes as a verified stream; throws `NOT_FOUND`. */
  blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>>;
  /** Whether a blob is there, by its digest alone: its bytes are verified when they are read. Costs one HEAD. */
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  /**
   * Every manifest whose `subject` is the digest, all pages. Where the tags are known, a list that none names is not
   * asked for.
   */
  referrers(subject: Digest, tags?: readonly string[]): Promise<readonly Descriptor[]>;
  /** Every tag; `undefined` where the registry does not list them, or has more than is sensible to list. */
  tags(): Promise<readonly string[] | undefined>;
}

/** What can be written to a repository. */
interface WritableStore {
  /**
   * Writes a manifest by its digest, or by a tag. One with a `subject` is listed among that subject's referrers
   * when this returns, whatever the registry supports.
   */
  putManifest(content: ManifestContent, tag?: string): Promise<void>;
  /** Writes manifests that have a `subject` each, and lists those of one subject in one write of its list. */
  attach(referring: readonly Referring[]): Promise<void>;
  /** Takes a manifest off the list of the subject it refers to, `refused` where the registry removes nothing. */
  detach(subject: Digest, manifest: Digest): Promise<'removed' | 'refused'>;
  /** Brings a blob in: not at all where it is there, by a mount or link where possible, else by its bytes. */
  putBlob(descriptor: Descriptor, source: BlobSource): Promise<'present' | 'mounted' | 'copied'>;
}

/** A manifest with a `subject`, on its way onto that subject's list. */
export interface Referring {
  readonly content: ManifestContent;
  /** Whether what is listed already makes it superfluous there; a list that only the registry writes does not ask. */
  readonly isSuperfluous?: ((listed: readonly Descriptor[]) => Promise<boolean>) | undefined;
}

/** Opens a repository's store; the same name gives the same store within a run. */
export type OpenStore = (name: RepositoryName) => Store;

import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { RepositoryName } from '../oci/reference.ts';

/** A tag, or a digest. */
export type TagOrDigest = string | Digest;

/** A blob to write: the repository that has it, and how to read it if it cannot be linked from there. */
export interface BlobSource {
  readonly repository?: RepositoryName;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * One repository of a registry, or one OCI image layout on disk. Every read verifies digest and size before
 * it returns the last byte (`DIGEST_MISMATCH`). Errors name operation, repository and subject.
 */
export interface Store extends ReadableStore, WritableStore {
  readonly name: RepositoryName;
  /**
   * The same repository, with mirrors that are read first for content named by its digest; absent: it has
   * none. Use it for copies only: it does not show what the repository itself has.
   */
  readonly mirrored?: Store | undefined;
  /** Whether its registry has no referrers API, so that tags show all evidence; absent: not known. */
  readonly listsByTags?: boolean | undefined;
  /** The repository alone, and the repository of its evidence; absent: both are the same. */
  readonly apart?: { readonly images: Store; readonly evidence: Store } | undefined;
}

/** The operations that read from a repository. */
interface ReadableStore {
  /** The descriptor of a manifest by tag or digest, `undefined` where it is absent. Costs one HEAD. */
  head(target: TagOrDigest): Promise<Descriptor | undefined>;
  /** A manifest's verified bytes, `undefined` where it is absent. */
  manifest(target: TagOrDigest): Promise<ManifestContent | undefined>;
  /** A blob's bytes as a verified stream; throws `NOT_FOUND`. */
  blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>>;
  /** Whether a blob is there, by its digest alone. Its bytes are verified only by a read. Costs one HEAD. */
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  /**
   * Every manifest whose `subject` is the digest, from all pages. If `tags` lacks the fallback tag, the list
   * under it is not requested.
   */
  referrers(subject: Digest, tags?: readonly string[]): Promise<readonly Descriptor[]>;
  /** Every tag; `undefined` if the registry does not list them, or has too many. */
  tags(): Promise<readonly string[] | undefined>;
}

/** The operations that write to a repository. */
interface WritableStore {
  /**
   * Writes a manifest by its digest, or by a tag. A manifest with a `subject` is listed among that subject's
   * referrers when this returns, with any registry.
   */
  putManifest(content: ManifestContent, tag?: string): Promise<void>;
  /** Writes manifests with a `subject` each. It writes each subject's list once. */
  attach(referring: readonly Referring[]): Promise<void>;
  /** Removes a manifest from its subject's list; `refused` if the registry does not remove it. */
  detach(subject: Digest, manifest: Digest): Promise<'removed' | 'refused'>;
  /** Writes a blob unless it is there: by a mount or link if possible, else by its bytes. */
  putBlob(descriptor: Descriptor, source: BlobSource): Promise<'present' | 'mounted' | 'copied'>;
}

/** A manifest with a `subject`, to be added to that subject's list. */
export interface Referring {
  readonly content: ManifestContent;
  /** Whether listed entries make it superfluous. It is not called if the registry itself writes the list. */
  readonly isSuperfluous?: ((listed: readonly Descriptor[]) => Promise<boolean>) | undefined;
}

/** Opens a repository's store. One name always gives the same store within a run. */
export type OpenStore = (name: RepositoryName) => Store;

import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import {
  isManifestType,
  type ManifestContent,
  parseManifest,
  referrerDescriptor,
} from '../../oci/manifest.ts';
import { inOneChunk } from '../../oci/one-chunk.ts';
import { isLayout, pathOf, type RepositoryName } from '../../oci/reference.ts';
import { childManifests } from '../closure.ts';
import type { BlobSource, OpenStore, Referring, Store, TagOrDigest } from '../store.ts';
import { hasBlob, linkBlob, readBlob, writeBlob } from './blobs.ts';
import { createLayoutDirectory, isLayoutDirectory } from './directory.ts';
import { entryOfTag, tagsOf, withoutChildren, withoutRoot, withRoot, withTag } from './entries.ts';
import { explained } from './explained.ts';
import { changeEntries, readEntries } from './index-file.ts';
import { readManifest } from './manifests.ts';

/** Finds the directory of an image layout; `undefined` for other repositories. */
type LocateLayout = (name: RepositoryName) => string | undefined;

/** Opens `oci:path` names, relative to the base directory; throws `USAGE` for repositories of a registry. */
export function openLayout(baseDirectory: string): OpenStore {
  const stores = new Map<RepositoryName, Store>();
  const locate: LocateLayout = name => (isLayout(name) ? resolve(baseDirectory, pathOf(name)) : undefined);
  return name => {
    const directory = locate(name);
    if (directory === undefined) throw new PromoteError('USAGE', `open ${name}: not an image layout`);
    const store = stores.get(name) ?? explained(new LayoutStore(name, directory, locate), directory);
    stores.set(name, store);
    return store;
  };
}

/**
 * An OCI image layout on disk. The first write creates it; before, it is empty. Every write appears complete
 * or not at all, and several processes may write at once. `index.json` lists manifests that no listed index
 * names. https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
class LayoutStore implements Store {
  readonly name: RepositoryName;
  readonly #directory: string;
  readonly #locate: LocateLayout;
  readonly #referrers = new Map<Digest, Referrer | undefined>();
  readonly #oneWriter = pLimit(1);
  #created: Promise<void> | undefined;

  constructor(name: RepositoryName, directory: string, locate: LocateLayout) {
    this.name = name;
    this.#directory = directory;
    this.#locate = locate;
  }

  async head(target: TagOrDigest): Promise<Descriptor | undefined> {
    try {
      return (await this.manifest(target))?.descriptor;
    } catch (error) {
      // Damaged content counts as absent here, so the next write replaces it.
      if (error instanceof PromoteError && error.code === 'DIGEST_MISMATCH') return undefined;
      throw error;
    }
  }

  async manifest(target: TagOrDigest): Promise<ManifestContent | undefined> {
    const entries = await this.#entries();
    const entry = isDigest(target)
      ? (entries.find(({ digest }) => digest === target) ?? { digest: target })
      : entryOfTag(entries, target);
    return entry && (await readManifest(this.#directory, entry, `read manifest ${target} of ${this.name}`));
  }

  async blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    const subject = `read blob ${descriptor.digest} of ${this.name}`;
    const stream = await readBlob(this.#directory, descriptor, subject);
    if (stream) return stream;
    throw new PromoteError('NOT_FOUND', `${subject}: there is no such blob`);
  }

  hasBlob(descriptor: Descriptor): Promise<boolean> {
    return hasBlob(this.#directory, descriptor);
  }

  async putManifest(content: ManifestContent, tag?: string): Promise<void> {
    const { descriptor, bytes } = content;
    const { digest } = descriptor;
    await this.#create();
    if ((await this.head(digest)) === undefined) {
      await writeBlob(
        this.#directory,
        descriptor,
        inOneChunk(bytes),
        `write manifest ${digest} to ${this.name}`,
      );
    }
    const children = await this.#childrenToHide(content);
    await this.#oneWriter(() =>
      changeEntries(this.#directory, entries => {
        const added = tag === undefined ? withRoot(entries, descriptor) : withTag(entries, descriptor, tag);
        return withoutChildren(added, children);
      }),
    );
  }

  async attach(referring: readonly Referring[]): Promise<void> {
    for (const { content } of referring) await this.putManifest(content);
  }

  async detach(_subject: Digest, manifest: Digest): Promise<'removed'> {
    await this.#oneWriter(() => changeEntries(this.#directory, entries => withoutRoot(entries, manifest)));
    return 'removed';
  }

  async putBlob(descriptor: Descriptor, source: BlobSource): Promise<'present' | 'mounted' | 'copied'> {
    await this.#create();
    if (await hasBlob(this.#directory, descriptor)) return 'present';
    const subject = `copy blob ${descriptor.digest} to ${this.name}`;
    const from = source.repository && this.#locate(source.repository);
    if (from !== undefined && (await linkBlob(from, this.#directory, descriptor, subject))) return 'mounted';
    await writeBlob(this.#directory, descriptor, await source.open(), subject);
    return 'copied';
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    const found = new Map<Digest, Descriptor>();
    // Tools that use a layout like an old registry list referrers under the fallback tag.
    const fallback = await this.manifest(fallbackTag(subject));
    for (const entry of [...(await this.#entries()), ...(fallback ? childManifests(fallback) : [])]) {
      const referrer = await this.#referrer(entry);
      if (referrer?.subject === subject) found.set(entry.digest, referrer.descriptor);
    }
    return [...found.values()];
  }

  async tags(): Promise<readonly string[]> {
    return tagsOf(await this.#entries());
  }

  async #entries(): Promise<readonly Descriptor[]> {
    return (await isLayoutDirectory(this.#directory)) ? await readEntries(this.#directory) : [];
  }

  #create(): Promise<void> {
    this.#created ??= createLayoutDirectory(this.#directory);
    return this.#created;
  }

  /** The subject of an entry. It is read once, since a digest's content does not change. */
  async #referrer(entry: Descriptor): Promise<Referrer | undefined> {
    const { digest, mediaType } = entry;
    if (!this.#referrers.has(digest) && isManifestType(mediaType)) {
      const subject = `read manifest ${digest} of ${this.name}`;
      const content = await readManifest(this.#directory, entry, subject);
      if (content) this.#referrers.set(digest, asReferrer(content));
    }
    return this.#referrers.get(digest);
  }

  /** The children that need no entry of their own, because they have no subject. */
  async #childrenToHide(content: ManifestContent): Promise<ReadonlySet<Digest>> {
    const hidden = new Set<Digest>();
    for (const child of childManifests(content)) {
      if ((await this.#referrer(child)) === undefined) hidden.add(child.digest);
    }
    return hidden;
  }
}

interface Referrer {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

function asReferrer(content: ManifestContent): Referrer | undefined {
  const subject = parseManifest(content).subject?.digest;
  return subject && { subject, descriptor: referrerDescriptor(content) };
}

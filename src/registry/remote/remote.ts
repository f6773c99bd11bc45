import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { type ManifestContent, parseManifest, referrerDescriptor } from '../../oci/manifest.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { BlobSource, OpenStore, Store, TagOrDigest } from '../store.ts';
import { hasBlob, readBlob } from './blobs.ts';
import { openRegistry, type RegistryClient, type RemoteContext } from './client.ts';
import { readFallback } from './fallback.ts';
import { FallbackListing } from './listing.ts';
import { getManifest, headManifest, putManifest } from './manifests.ts';
import { type MountMemory, putBlob } from './put-blob.ts';
import { askReferrers } from './referrers.ts';
import type { RemoteRepository } from './repository.ts';
import { putTagged } from './tag.ts';
import { listTags } from './tags.ts';

/** Opens repositories of registries; stores of one registry share its tokens and what is known of it. */
export function openRemote(context: RemoteContext): OpenStore {
  const registries = new Map<string, Registry>();
  const stores = new Map<RepositoryName, Store>();
  return name => {
    const host = registryOf(name);
    const registry = registries.get(host) ?? {
      client: openRegistry(host, context),
      mounts: new Map(),
      lacksReferrersApi: false,
    };
    const store = stores.get(name) ?? new RemoteStore(name, registry);
    registries.set(host, registry);
    stores.set(name, store);
    return store;
  };
}

interface Registry {
  readonly client: RegistryClient;
  readonly mounts: MountMemory;
  /** Set once the registry has shown that it knows no referrers API anywhere. */
  lacksReferrersApi: boolean;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
class RemoteStore implements Store {
  readonly name: RepositoryName;
  readonly #repository: RemoteRepository;
  readonly #registry: Registry;
  readonly #listing: FallbackListing;
  #lacksReferrersApi = false;

  constructor(name: RepositoryName, registry: Registry) {
    this.name = name;
    this.#registry = registry;
    this.#repository = { name, client: registry.client };
    this.#listing = new FallbackListing(this.#repository);
  }

  head(target: TagOrDigest): Promise<Descriptor | undefined> {
    return headManifest(this.#repository, target);
  }

  manifest(target: TagOrDigest): Promise<ManifestContent | undefined> {
    return getManifest(this.#repository, target);
  }

  blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    return readBlob(this.#repository, descriptor);
  }

  hasBlob(descriptor: Descriptor): Promise<boolean> {
    return hasBlob(this.#repository, descriptor);
  }

  async putManifest(content: ManifestContent, tag?: string): Promise<void> {
    const { subject } = parseManifest(content);
    const put = async () =>
      tag === undefined
        ? await putManifest(this.#repository, content)
        : await putTagged(this.#repository, content, tag);
    if (subject === undefined) {
      await put();
      return;
    }
    const unlisted = put().then(answer =>
      answer?.headers['oci-subject'] === undefined ? referrerDescriptor(content) : undefined,
    );
    await this.#listing.add(subject.digest, unlisted);
  }

  putBlob(descriptor: Descriptor, source: BlobSource): Promise<'present' | 'mounted' | 'copied'> {
    return putBlob(this.#repository, this.#registry.mounts, descriptor, source);
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    if (!this.#lacksReferrersApi && !this.#registry.lacksReferrersApi) {
      const answer = await askReferrers(this.#repository, subject);
      if (answer.kind === 'listed') return answer.referrers;
      if (answer.kind === 'absent') {
        this.#lacksReferrersApi = true;
        this.#registry.lacksReferrersApi ||= answer.in === 'registry';
      }
    }
    return await readFallback(this.#repository, subject);
  }

  tags(): Promise<readonly string[] | undefined> {
    return listTags(this.#repository);
  }
}

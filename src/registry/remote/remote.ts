import pLimit, { type LimitFunction } from 'p-limit';
import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import { type ManifestContent, parseManifest } from '../../oci/manifest.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { RegistryError } from '../registry-error.ts';
import type { BlobSource, OpenStore, Referring, Store, TagOrDigest } from '../store.ts';
import { hasBlob, readBlob } from './blobs.ts';
import { openRegistry, type RegistryClient, type RemoteContext } from './client.ts';
import { deleteManifest } from './delete-manifest.ts';
import { addToFallback, readFallback, removeFromFallback } from './fallback.ts';
import { getManifest, headManifest, putManifest } from './manifests.ts';
import { emptyMemory, putBlob, type WritingMemory } from './put-blob.ts';
import { askReferrers, type ReferrersAnswer } from './referrers.ts';
import type { RemoteRepository } from './repository.ts';
import { putTagged } from './tag.ts';
import { listTags } from './tags.ts';

/** Opens repositories of registries. Stores of one registry share its tokens and what is learnt about it. */
export function openRemote(context: RemoteContext): OpenStore {
  const registries = new Map<string, Registry>();
  const stores = new Map<RepositoryName, RemoteStore>();
  const mirrorsOf = context.mirrors?.(context, openRemote);
  return name => {
    const host = registryOf(name);
    const registry = registries.get(host) ?? {
      client: openRegistry(host, context),
      writing: emptyMemory(),
      lacksReferrersApi: false,
    };
    const store = stores.get(name) ?? new RemoteStore(name, registry);
    registries.set(host, registry);
    stores.set(name, store);
    store.mirrored ??= mirrorsOf?.(store);
    return store;
  };
}

interface Registry {
  readonly client: RegistryClient;
  readonly writing: WritingMemory;
  /** Whether no repository of the registry has the referrers API. */
  lacksReferrersApi: boolean;
  /** The first question to that API; further ones wait for its answer. */
  probe?: Promise<ReferrersAnswer>;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
class RemoteStore implements Store {
  readonly name: RepositoryName;
  mirrored: Store | undefined;
  readonly #repository: RemoteRepository;
  readonly #registry: Registry;
  /** Only one write of a subject's list runs at a time: otherwise one writer could lose the other's entry. */
  readonly #listing = new Map<Digest, LimitFunction>();
  readonly #damaged = new Set<Digest>();
  #lacksReferrersApi = false;

  constructor(name: RepositoryName, registry: Registry) {
    this.name = name;
    this.#registry = registry;
    this.#repository = { name, client: registry.client };
  }

  get listsByTags(): boolean | undefined {
    return this.#lacksReferrersApi || this.#registry.lacksReferrersApi || undefined;
  }

  head(target: TagOrDigest): Promise<Descriptor | undefined> {
    return headManifest(this.#repository, target);
  }

  manifest(target: TagOrDigest): Promise<ManifestContent | undefined> {
    return getManifest(this.#repository, target);
  }

  blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    return readBlob(this.#repository, descriptor, this.#damaged);
  }

  hasBlob(descriptor: Descriptor): Promise<boolean> {
    return hasBlob(this.#repository, descriptor);
  }

  async putManifest(content: ManifestContent, tag?: string): Promise<void> {
    const answer =
      tag === undefined
        ? await putManifest(this.#repository, content)
        : await putTagged(this.#repository, content, tag);
    const { subject } = parseManifest(content);
    if (subject !== undefined && !isListed(answer)) await this.#list(subject.digest, [{ content }]);
  }

  async attach(referring: readonly Referring[]): Promise<void> {
    const unlisted = new Map<Digest, Referring[]>();
    const put = referring.map(async each => {
      const answer = await putManifest(this.#repository, each.content);
      const { subject } = parseManifest(each.content);
      if (subject === undefined || isListed(answer)) return;
      unlisted.set(subject.digest, [...(unlisted.get(subject.digest) ?? []), each]);
    });
    const written = await Promise.allSettled(put);
    await Promise.all([...unlisted].map(([subject, each]) => this.#list(subject, each)));
    const failed = written.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async detach(subject: Digest, manifest: Digest): Promise<'removed' | 'refused'> {
    if (!this.#lacksReferrersApi && !this.#registry.lacksReferrersApi)
      return await deleteManifest(this.#repository, manifest);
    await this.#writer(subject)(() => removeFromFallback(this.#repository, subject, manifest));
    return 'removed';
  }

  putBlob(descriptor: Descriptor, source: BlobSource): Promise<'present' | 'mounted' | 'copied'> {
    return putBlob(this.#repository, this.#registry.writing, descriptor, source);
  }

  async referrers(subject: Digest, tags?: readonly string[]): Promise<readonly Descriptor[]> {
    let limited: RegistryError | undefined;
    if (!this.#lacksReferrersApi && !this.#registry.lacksReferrersApi) {
      const answer = await this.#askReferrers(subject);
      if (answer.kind === 'listed') return answer.referrers;
      if (answer.kind === 'absent') {
        this.#lacksReferrersApi = true;
        this.#registry.lacksReferrersApi ||= answer.in === 'registry';
      } else limited = answer.error;
    }
    const isTagged = tags?.includes(fallbackTag(subject)) ?? true;
    const listed = isTagged ? await readFallback(this.#repository, subject) : [];
    // If the API's answer is unknown, referrers must not count as absent.
    if (listed.length === 0 && limited !== undefined) throw limited;
    return listed;
  }

  /** Asks the API, unless the answer to a question at the same time shows that the registry has none. */
  async #askReferrers(subject: Digest): Promise<ReferrersAnswer> {
    const { probe } = this.#registry;
    if (probe !== undefined) {
      const [first] = await Promise.allSettled([probe]);
      const answer = first.status === 'fulfilled' ? first.value : undefined;
      return answer?.kind === 'absent' && answer.in === 'registry'
        ? answer
        : await askReferrers(this.#repository, subject);
    }
    this.#registry.probe = askReferrers(this.#repository, subject);
    return await this.#registry.probe;
  }

  tags(): Promise<readonly string[] | undefined> {
    return listTags(this.#repository);
  }

  async #list(subject: Digest, referring: readonly Referring[]): Promise<void> {
    await this.#writer(subject)(() => addToFallback(this.#repository, subject, referring));
  }

  #writer(subject: Digest): LimitFunction {
    const writer = this.#listing.get(subject) ?? pLimit(1);
    this.#listing.set(subject, writer);
    return writer;
  }
}

/** Whether the registry's answer says that it lists the manifest itself. */
function isListed(answer: HttpResponse | undefined): boolean {
  return answer?.headers['oci-subject'] !== undefined;
}

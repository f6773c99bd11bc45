import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { type ManifestContent, manifestContent, parseManifest } from '../../oci/manifest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { OpenStore, Store, TagOrDigest } from '../store.ts';
import { isEvidenceTag } from './evidence-tag.ts';
import { missingLayers } from './merge.ts';

/**
 * A repository whose evidence is kept in another one, as with cosign's `COSIGN_REPOSITORY`. Evidence is read
 * from both and attached to the other one. Everything else uses the repository itself.
 */
function evidenceApart(images: Store, evidence: Store): Store {
  /** The digests of evidence that the other repository lists, and of its parts. */
  const listed = new Set<Digest>();
  const united = new Map<Digest, ManifestContent>();
  const { mirrored } = images;

  const heard = (content: ManifestContent): ManifestContent => {
    for (const { digest } of [content.descriptor, ...partsOf(content)]) listed.add(digest);
    return content;
  };

  const readTagged = async (tag: string): Promise<ManifestContent | undefined> => {
    const [apart, beside] = await Promise.all([evidence.manifest(tag), images.manifest(tag)]);
    if (apart === undefined) return beside;
    heard(apart);
    const whole = beside === undefined ? apart : unite(apart, beside);
    if (whole !== apart) united.set(whole.descriptor.digest, whole);
    return whole;
  };

  return {
    name: images.name,
    apart: { images, evidence },
    mirrored: mirrored && evidenceApart(mirrored, evidence.mirrored ?? evidence),
    async head(target) {
      if (isDigest(target))
        return (listed.has(target) ? await evidence.head(target) : undefined) ?? (await images.head(target));
      if (!isEvidenceTag(target)) return await images.head(target);
      const [apart, beside] = await Promise.all([evidence.head(target), images.head(target)]);
      if (apart === undefined || beside === undefined) return apart ?? beside;
      return apart.digest === beside.digest ? apart : (await readTagged(target))?.descriptor;
    },
    async manifest(target: TagOrDigest) {
      if (!isDigest(target))
        return isEvidenceTag(target) ? await readTagged(target) : await images.manifest(target);
      const apart = listed.has(target) ? await evidence.manifest(target) : united.get(target);
      return apart === undefined ? await images.manifest(target) : heard(apart);
    },
    async blob(descriptor) {
      if (!listed.has(descriptor.digest)) return await images.blob(descriptor);
      try {
        return await evidence.blob(descriptor);
      } catch (error) {
        // The other repository's writers may list any digest, and that must not hide the image's own blobs.
        if (!(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
        return await images.blob(descriptor);
      }
    },
    hasBlob: descriptor => images.hasBlob(descriptor),
    async referrers(subject, tags) {
      const [apart, beside] = await Promise.all([
        evidence.referrers(subject),
        images.referrers(subject, tags),
      ]);
      for (const { digest } of apart) listed.add(digest);
      return [...apart, ...beside.filter(({ digest }) => !listed.has(digest))];
    },
    async tags() {
      const [apart, beside] = await Promise.all([evidence.tags(), images.tags()]);
      return apart && beside && [...new Set([...beside, ...apart.filter(isEvidenceTag)])];
    },
    putManifest: (content, tag) => images.putManifest(content, tag),
    putBlob: (descriptor, source) => images.putBlob(descriptor, source),
    async attach(referring) {
      for (const { content } of referring) heard(content);
      await evidence.attach(referring);
    },
    detach: (subject, manifest) => (listed.has(manifest) ? evidence : images).detach(subject, manifest),
  };
}

/** Opens stores. A repository with an evidence repository of its own gets the combined store. */
export function storesApart(
  open: OpenStore,
  evidence: ReadonlyMap<RepositoryName, RepositoryName>,
): OpenStore {
  const stores = new Map<RepositoryName, Store>();
  return name => {
    const place = evidence.get(name);
    if (place === undefined) return open(name);
    const store = stores.get(name) ?? evidenceApart(open(name), open(place));
    stores.set(name, store);
    return store;
  };
}

/** Combines both repositories' signatures under one tag. The new manifest is only read, never stored. */
function unite(apart: ManifestContent, beside: ManifestContent): ManifestContent {
  const [into, from] = [parsed(apart), parsed(beside)];
  if (into?.kind !== 'image' || from?.kind !== 'image') return apart;
  const added = missingLayers(into, from);
  if (added.length === 0) return apart;
  const manifest: object = JSON.parse(new TextDecoder().decode(apart.bytes));
  const layers: readonly Descriptor[] = [...into.layers, ...added];
  const bytes = new TextEncoder().encode(JSON.stringify({ ...manifest, layers }));
  return manifestContent(bytes, apart.descriptor.mediaType);
}

function partsOf(content: ManifestContent): readonly Descriptor[] {
  const manifest = parsed(content);
  if (manifest === undefined) return [];
  return manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
}

/** Unreadable content is ignored here; the code that reads it reports it. */
function parsed(content: ManifestContent) {
  try {
    return parseManifest(content);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

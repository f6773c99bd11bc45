import { buffer } from 'node:stream/consumers';
import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { MEDIA_TYPES, parseManifest } from '../oci/manifest.ts';
import { readable } from '../registry/readable.ts';
import type { Store, TagOrDigest } from '../registry/store.ts';
import { BUNDLE_MEDIA_TYPE, PREDICATE_TYPE_HINT } from '../signing/attach.ts';
import type { Image } from './image.ts';
import { readSbom, SBOM_PREDICATES, type Sbom } from './sbom.ts';

/** The most bytes of an SBOM, and the most artifacts that are opened to find one. */
const SBOM_LIMIT = 32 * 1024 * 1024;
const MOST_OPENED = 8;

/**
 * The SBOM that is attached to an image or its platform, as BuildKit's attestation, a referrer, a Sigstore
 * bundle, or under cosign's tags. The first readable one counts. Nothing of it is verified.
 */
export async function attachedSbom(image: Image): Promise<Sbom | undefined> {
  let opened = 0;
  for await (const target of candidates(image)) {
    opened += 1;
    if (opened > MOST_OPENED) return undefined;
    const found = await openArtifact(image.store, target);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function* candidates(image: Image): AsyncGenerator<TagOrDigest, void> {
  yield* buildAttestations(image);
  const subjects = subjectsOf(image);
  for (const subject of subjects) {
    const referrers = await image.store.referrers(subject);
    yield* referrers.filter(mayBeSbom).map(({ digest }) => digest);
  }
  for (const subject of subjects) {
    for (const kind of ['sbom', 'att'] as const) {
      const tag = cosignTag(subject, kind);
      if (tag !== undefined && (await image.store.head(tag))) yield tag;
    }
  }
}

/** The possible subjects of an SBOM: the image, and the platform that describes it. */
function subjectsOf({ digest, platform }: Image): readonly Digest[] {
  return [...new Set([digest, platform?.digest ?? digest])];
}

/** https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function buildAttestations({ root, platform }: Image): readonly Digest[] {
  if (root.kind !== 'index' || platform === undefined) return [];
  return root.manifests
    .filter(
      ({ annotations = {} }) =>
        annotations['vnd.docker.reference.type'] === 'attestation-manifest' &&
        annotations['vnd.docker.reference.digest'] === platform.digest,
    )
    .map(({ digest }) => digest);
}

/** cosign 3 lists its bundles with the empty config's type if the registry has no referrers API. */
function mayBeSbom({ artifactType = '', annotations = {} }: Descriptor): boolean {
  if (isSbomType(artifactType) || artifactType === IN_TOTO) return true;
  const predicate = annotations[PREDICATE_TYPE_HINT];
  const mayBeBundle = artifactType === BUNDLE_MEDIA_TYPE || artifactType === MEDIA_TYPES.empty;
  return mayBeBundle && (predicate === undefined || SBOM_PREDICATES.includes(predicate));
}

const IN_TOTO = 'application/vnd.in-toto+json';

function isSbomType(type: string): boolean {
  return /^(?:text|application)\/(?:vnd\.)?(?:spdx|cyclonedx)(?:[+;]|$)/i.test(type);
}

async function openArtifact(store: Store, target: TagOrDigest): Promise<Sbom | undefined> {
  const content = await readable(() => store.manifest(target));
  const manifest = content && (await readable(async () => parseManifest(content)));
  const layers = manifest?.kind === 'image' ? manifest.layers.filter(mayHoldSbom) : [];
  for (const layer of layers.slice(0, MOST_OPENED)) {
    const bytes = await readable(async () => await buffer(await store.blob(layer)));
    const found = bytes && readSbom(bytes.toString());
    if (found !== undefined) return found;
  }
  return undefined;
}

/** BuildKit and cosign 2 annotate each layer with its predicate type. */
function mayHoldSbom({ size, annotations = {} }: Descriptor): boolean {
  const predicate = annotations['in-toto.io/predicate-type'] ?? annotations.predicateType;
  return size <= SBOM_LIMIT && (predicate === undefined || SBOM_PREDICATES.includes(predicate));
}

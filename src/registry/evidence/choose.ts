import { cosignSubject } from '../../oci/cosign-tag.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { MEDIA_TYPES, parseManifest } from '../../oci/manifest.ts';
import { readable } from '../readable.ts';
import type { Store } from '../store.ts';
import type { Evidence } from './evidence.ts';

/**
 * The part of an image's evidence that a choice names. A referrer's type is its artifact type, else its
 * config's; a cosign tag's type is a layer's media type. Referrers of chosen evidence are chosen too.
 */
export async function chooseEvidence(
  store: Store,
  image: readonly Digest[],
  evidence: Evidence,
  types: readonly string[],
): Promise<Evidence> {
  const entries = entriesOf(evidence);
  const own = entries.filter(({ subject }) => image.includes(subject));
  const matches = await Promise.all(own.map(async ({ descriptor }) => await typesOf(store, descriptor)));
  let chosen = own.filter((_, index) => matches[index]?.some(type => types.includes(type)));
  for (let added = chosen; added.length > 0; chosen = [...chosen, ...added]) {
    const carried = new Set(added.map(({ descriptor }) => descriptor.digest));
    added = entries.filter(entry => carried.has(entry.subject) && !chosen.includes(entry));
  }
  const referrers = Map.groupBy(
    chosen.filter(({ tag }) => tag === undefined),
    ({ subject }) => subject,
  );
  return {
    referrers: new Map(
      [...referrers].map(([subject, listed]) => [subject, listed.map(entry => entry.descriptor)]),
    ),
    tags: new Map(chosen.flatMap(({ tag, descriptor }) => (tag === undefined ? [] : [[tag, descriptor]]))),
  };
}

interface Entry {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
  readonly tag?: string;
}

function entriesOf({ referrers, tags }: Evidence): readonly Entry[] {
  return [
    ...[...referrers].flatMap(([subject, listed]) => listed.map(descriptor => ({ subject, descriptor }))),
    ...[...tags].flatMap(([tag, descriptor]) => {
      const subject = cosignSubject(tag);
      return subject === undefined ? [] : [{ subject, descriptor, tag }];
    }),
  ];
}

/** cosign 3 lists its bundles with the empty config's type, so only the manifest has their type. */
async function typesOf(store: Store, { digest, artifactType }: Descriptor): Promise<readonly string[]> {
  if (artifactType !== undefined && artifactType !== MEDIA_TYPES.empty) return [artifactType];
  const content = await readable(() => store.manifest(digest));
  const manifest = content && (await readable(async () => parseManifest(content)));
  if (manifest === undefined) return [];
  const parts = manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : [];
  return [manifest.artifactType ?? '', ...parts.map(({ mediaType }) => mediaType)];
}

import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { type Manifest, type ManifestContent, manifestContent } from '../../oci/manifest.ts';

/** A manifest under a cosign tag, with one signature or attestation in each layer. */
export type LayeredManifest = Extract<Manifest, { readonly kind: 'image' }>;

/** The new manifest with its new config. */
export interface MergedEvidence {
  readonly manifest: ManifestContent;
  readonly config: { readonly descriptor: Descriptor; readonly bytes: Uint8Array };
}

/** The layers of `from` that `into` lacks. A signature is identified by its payload and annotations. */
export function missingLayers(into: LayeredManifest, from: LayeredManifest): readonly Descriptor[] {
  const present = new Set(into.layers.map(identityOf));
  return from.layers.filter(layer => !present.has(identityOf(layer)));
}

/** The manifest with the added layers after its own, and its new config. Throws `INVALID`. */
export function withLayers(
  into: ManifestContent,
  configBytes: Uint8Array,
  added: readonly Descriptor[],
): MergedEvidence {
  const manifest: { layers: readonly unknown[] | null; config: object } = parse(into.bytes, 'manifest');
  const bytes = encode(extendConfig(parse(configBytes, 'config'), added));
  const described = { digest: digestOf(bytes), size: bytes.length };
  const merged = {
    ...manifest,
    config: { ...manifest.config, ...described },
    layers: [...(manifest.layers ?? []), ...added],
  };
  const { mediaType } = into.descriptor;
  return {
    manifest: manifestContent(encode(merged), mediaType),
    config: { descriptor: { mediaType: 'application/octet-stream', ...described }, bytes },
  };
}

interface ImageConfig {
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
  readonly history?: readonly object[];
}

/** An image's config lists every layer, and its history does too if it has one. */
function extendConfig(config: ImageConfig, added: readonly Descriptor[]): ImageConfig {
  const { rootfs, history } = config;
  const ids = added.map(({ digest }) => digest);
  const events = added.map(() => ({ created: '0001-01-01T00:00:00Z' }));
  return {
    ...config,
    ...(Array.isArray(rootfs?.diff_ids)
      ? { rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, ...ids] } }
      : {}),
    ...(Array.isArray(history) ? { history: [...history, ...events] } : {}),
  };
}

function identityOf({ digest, annotations = {} }: Descriptor): string {
  return JSON.stringify([
    digest,
    Object.entries(annotations).sort(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}

function parse<Content extends object>(bytes: Uint8Array, what: string): Content {
  try {
    const json: Content | null = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof json === 'object' && json !== null) return json;
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `merge signatures: their ${what} is not JSON`, { cause });
  }
  throw new PromoteError('INVALID', `merge signatures: their ${what} is not a JSON object`);
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

import { PromoteError } from '../errors.ts';
import { decompress } from '../http/decompress.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { readTar } from '../oci/tar.ts';
import type { Store } from '../registry/store.ts';

/** The most bytes of a layer that are downloaded, and the most bytes that are unpacked. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_UNPACKED = 512 * 1024 * 1024;
const LONGEST_FILE = 64 * 1024;
const NAMES = new Set(['etc/os-release', 'usr/lib/os-release']);

/**
 * The operating system's release that a layer's files name; `undefined` if its first bytes contain none. The
 * download stops after that file, so its content is not verified and is only shown to people.
 */
export async function readOsRelease(store: Store, layer: Descriptor): Promise<string | undefined> {
  const packed = atMost(await store.blob(layer), MOST_BYTES);
  const unpacked = atMost(unpack(layer.mediaType, packed), MOST_UNPACKED);
  const failure = (why: string) => new PromoteError('INVALID', `read layer ${layer.digest}: ${why}`);
  const isRelease = ({ name, size }: { readonly name: string; readonly size: number }) =>
    NAMES.has(name.replace(/^(?:\.?\/)+/, '')) && size <= LONGEST_FILE;
  try {
    for await (const { bytes } of readTar(unpacked, isRelease, failure)) {
      const release = osRelease(new TextDecoder().decode(bytes));
      if (release !== undefined) return release;
    }
  } catch (error) {
    // An incomplete or damaged archive has no result. A failing registry throws.
    if (error instanceof PromoteError && error.code !== 'INVALID') throw error;
  }
  return undefined;
}

/**
 * The operating system in an `os-release`, as people write it: `Alpine Linux v3.19 (3.19.1)`; `undefined` if
 * it has no name. https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function osRelease(text: string): string | undefined {
  const fields = new Map(text.split('\n').flatMap(readField));
  const version = fields.get('VERSION_ID') ?? fields.get('BUILD_ID') ?? '';
  const name = fields.get('PRETTY_NAME') ?? fields.get('NAME');
  if (name === undefined || name === '') return undefined;
  return name.includes(version) ? name : `${name} (${version})`;
}

function unpack(mediaType: string, packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (/[.+]gzip$/.test(mediaType)) return decompress(packed, 'gzip');
  return /[.+]zstd$/.test(mediaType) ? decompress(packed, 'zstd') : packed;
}

async function* atMost(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of stream) {
    yield chunk;
    length += chunk.length;
    if (length > most) return;
  }
}

function readField(line: string): readonly (readonly [string, string])[] {
  const [, name, quoted] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trimEnd()) ?? [];
  if (name === undefined || quoted === undefined) return [];
  const value = /^(["'])(.*)\1$/.exec(quoted)?.[2] ?? quoted;
  return [[name, value.replace(/\\(["'$`\\])/g, '$1')]];
}

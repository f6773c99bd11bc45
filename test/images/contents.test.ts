import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQuestions } from '../../src/commands/refresh/questions.ts';
import { tarOf } from '../../src/demo/tar.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf, hexOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { watchedStore } from '../registry/watched-store.ts';
import { type Registry, startRegistry } from '../servers/registry.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n';
const SPDX = { spdxVersion: 'SPDX-2.3', packages: [{ name: 'openssl', versionInfo: '3.0.11' }] };
const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://spdx.dev/Document',
  predicate: SPDX,
};
const OPENSSL = [{ name: 'openssl', version: '3.0.11', type: '' }];

let registry: Registry;
let http: Http;
let store: Store;

beforeEach(async () => {
  registry = await startRegistry();
  http = createHttp();
  store = openRemote({ http, credentials: async () => undefined })(
    parseRepositoryName(`${registry.host}/base`),
  );
});
afterEach(async () => {
  await http.close();
  await registry.stop();
});

const bytesOf = (value: object) => Buffer.from(JSON.stringify(value));

async function* once(bytes: Uint8Array) {
  yield bytes;
}

async function putBlob(mediaType: string, bytes: Uint8Array, annotations = {}): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await store.putBlob(descriptor, { open: async () => once(bytes) });
  return { ...descriptor, annotations };
}

async function putManifest(body: object, tag?: string): Promise<Descriptor> {
  const content = manifestContent(bytesOf({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, ...body }));
  await store.putManifest(content, tag);
  return content.descriptor;
}

/** An image of these layers, of one platform. */
async function putImage(layers: readonly Descriptor[]): Promise<Descriptor> {
  const config = await putBlob(MEDIA_TYPES.config, bytesOf({ os: 'linux', architecture: 'amd64' }));
  return await putManifest({ config, layers });
}

/** An artifact that holds one document, about a subject or under a tag. */
async function attach(
  document: { readonly mediaType: string; readonly value: object; readonly annotations?: object },
  about: { readonly subject?: Descriptor; readonly tag?: string },
): Promise<Descriptor> {
  const { mediaType, value, annotations } = document;
  const config = await putBlob(MEDIA_TYPES.empty, Buffer.from('{}'));
  const layers = [await putBlob(mediaType, bytesOf(value), annotations)];
  const { subject, tag } = about;
  return await putManifest({ artifactType: mediaType, config, layers, ...(subject && { subject }) }, tag);
}

async function contents(digest: Digest) {
  return await createQuestions({ log: () => undefined, store: () => store }).contents(store.name, digest);
}

describe('the operating system is read from the first layer that names it', () => {
  it.each([
    ['plain', LAYER, (bytes: Uint8Array) => bytes],
    ['gzip', `${LAYER}+gzip`, gzipSync],
    ['zstd', `${LAYER}+zstd`, zstdCompressSync],
    ["Docker's gzip", 'application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync],
  ])('%s', async (_, mediaType, pack) => {
    const other = await putBlob(mediaType, pack(tarOf('etc/passwd', DEBIAN)));
    const layer = await putBlob(mediaType, pack(tarOf('./usr/lib/os-release', DEBIAN)));
    const { digest } = await putImage([other, layer]);
    expect(await contents(digest)).toEqual({ os: 'Debian GNU/Linux 12 (bookworm)' });
  });

  it('and no further than where it is', async () => {
    const end = Buffer.alloc(1024);
    const file = tarOf('etc/os-release', DEBIAN).subarray(0, -end.length);
    const layer = Buffer.concat([file, tarOf('big', 'x'.repeat(40_000_000))]);
    const { digest } = await putImage([await putBlob(LAYER, layer)]);
    let received = 0;
    const counting = createHttp();
    const counted = openRemote({ http: counting, credentials: async () => undefined })(store.name);
    const questions = createQuestions({
      log: () => undefined,
      store: () => ({
        ...watchedStore(counted, () => undefined),
        blob: async descriptor => count(await counted.blob(descriptor)),
      }),
    });
    expect(await questions.contents(store.name, digest)).toEqual({ os: 'Debian GNU/Linux 12 (bookworm)' });
    expect(received).toBeLessThan(1_000_000);
    await counting.close();

    async function* count(stream: AsyncIterable<Uint8Array>) {
      for await (const chunk of stream) {
        received += chunk.length;
        yield chunk;
      }
    }
  });

  it.each([
    ['is no archive', Buffer.from('not a tar archive, but long enough to look at'.repeat(20))],
    ['is cut off', gzipSync(tarOf('etc/os-release', DEBIAN)).subarray(0, 60)],
    ['has no such file', gzipSync(tarOf('a/etc/os-release', DEBIAN))],
    ['names nothing', gzipSync(tarOf('etc/os-release', 'ID=x\n'))],
  ])('but not where a layer %s', async (_, bytes) => {
    const { digest } = await putImage([await putBlob(`${LAYER}+gzip`, bytes)]);
    expect(await contents(digest)).toEqual({});
  });
});

describe('packages are read from an SBOM', () => {
  const sbomTag = ({ digest }: Descriptor, kind: string) => `sha256-${hexOf(digest)}.${kind}`;

  it('that is attached to the image', async () => {
    const image = await putImage([]);
    await attach(
      { mediaType: 'application/vnd.cyclonedx+json', value: { bomFormat: 'no' } },
      { subject: image },
    );
    await attach({ mediaType: 'application/spdx+json', value: SPDX }, { subject: image });
    expect(await contents(image.digest)).toEqual({ packages: OPENSSL });
  });

  it('under the tag that cosign gave it', async () => {
    const image = await putImage([]);
    await attach({ mediaType: 'text/spdx+json', value: SPDX }, { tag: sbomTag(image, 'sbom') });
    expect(await contents(image.digest)).toEqual({ packages: OPENSSL });
  });

  it('that cosign 2 attested', async () => {
    const image = await putImage([]);
    const payload = bytesOf(STATEMENT).toString('base64');
    const value = { payloadType: 'application/vnd.in-toto+json', payload, signatures: [{ sig: 'AA==' }] };
    const annotations = { predicateType: 'https://spdx.dev/Document' };
    const mediaType = 'application/vnd.dsse.envelope.v1+json';
    await attach({ mediaType, value, annotations }, { tag: sbomTag(image, 'att') });
    expect(await contents(image.digest)).toEqual({ packages: OPENSSL });
  });

  it('that BuildKit put beside the platform, before all others', async () => {
    const image = await putImage([]);
    await attach(
      { mediaType: 'application/spdx+json', value: { ...SPDX, packages: [] } },
      { subject: image },
    );
    const annotations = { 'in-toto.io/predicate-type': 'https://spdx.dev/Document' };
    const attestation = await attach(
      { mediaType: 'application/vnd.in-toto+json', value: STATEMENT, annotations },
      {},
    );
    const index = await putManifest({
      mediaType: MEDIA_TYPES.index,
      manifests: [
        { ...image, platform: { os: 'linux', architecture: 'amd64' } },
        {
          ...attestation,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image.digest,
          },
        },
      ],
    });
    expect(await contents(index.digest)).toEqual({ packages: OPENSSL });
  });

  it('whose bytes are those that were attached, or not at all', async () => {
    const image = await putImage([]);
    await attach(
      { mediaType: 'application/spdx+json', value: { spdxVersion: 'SPDX-2.3' } },
      { subject: image },
    );
    expect(await contents(image.digest)).toEqual({});
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createHttp, type Http } from '../src/http/http.ts';
import { type Digest, digestOf, parseDigest } from '../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../src/oci/manifest.ts';
import { inOneChunk } from '../src/oci/one-chunk.ts';
import { parseRepositoryName } from '../src/oci/reference.ts';
import { openRemote } from '../src/registry/remote/remote.ts';
import { type DockerRegistry, startDockerRegistry } from '../test/servers/docker-registry.ts';
import { findProgram } from '../test/servers/tools.ts';
import { copyAll, PEERS } from './at-once.ts';
import { measure } from './measure.ts';
import { measureOnce } from './processes.ts';

/** Copies images whose layers are worth a look: one that many share, and one of 1 GiB. */
export async function benchLayers(): Promise<void> {
  const http = createHttp();
  const [near, far] = [await startDockerRegistry(), await startDockerRegistry()];
  try {
    await shareBase(http, near, far);
    await copyLargeLayer(http, near);
  } finally {
    await Promise.all([http.close(), near.stop(), far.stop()]);
  }
}

/** Counts how often a layer that many images share is uploaded. */
async function shareBase(http: Http, near: DockerRegistry, far: DockerRegistry): Promise<void> {
  const open = openRemote({ http, credentials: async () => undefined });
  const base = randomBytes(1024 * 1024);
  const sources: string[] = [];
  for (let index = 0; index < 200; index += 1) {
    const store = open(parseRepositoryName(`${near.host}/build/shared-${index}`));
    const { descriptor } = await putImage(store, [base, Buffer.from(`own ${index}`)]);
    sources.push(`${near.host}/build/shared-${index}@${descriptor.digest}`);
  }
  await far.requests();
  const seconds = await measure(() =>
    copyAll(http, sources, index => `${far.host}/promote/shared-${index}:1`),
  );
  const uploads = (await far.requests()).filter(
    ({ method, path }) =>
      (method === 'PUT' || method === 'POST') && /[?&]digest=/.test(path) && path.includes(hexOf(base)),
  );
  console.log('\n200 images that share a layer of 1 MiB, across registries');
  console.log(`  promote   ${seconds.toFixed(2)} s, the layer uploaded ${uploads.length} times (bound: 1)`);
}

const hexOf = (bytes: Uint8Array) => digestOf(bytes).slice('sha256:'.length);

/** Pushes an image of one platform with these layers. */
async function putImage(store: ReturnType<ReturnType<typeof openRemote>>, layers: readonly Uint8Array[]) {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {} }));
  const blobs = [config, ...layers].map(bytes => ({ bytes, digest: digestOf(bytes), size: bytes.length }));
  for (const { bytes, digest, size } of blobs)
    await store.putBlob({ mediaType: LAYER, digest, size }, { open: async () => inOneChunk(bytes) });
  const [first, ...others] = blobs.map(({ digest, size }) => ({ digest, size }));
  return await putManifest(store, first, others);
}

type Part = { readonly digest: Digest; readonly size: number };

async function putManifest(
  store: ReturnType<ReturnType<typeof openRemote>>,
  config: Part | undefined,
  layers: readonly Part[],
) {
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.config, ...config },
    layers: layers.map(layer => ({ mediaType: LAYER, ...layer })),
  };
  const content = manifestContent(Buffer.from(JSON.stringify(manifest)), MEDIA_TYPES.manifest);
  await store.putManifest(content, '1');
  return content;
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const MEBIBYTE = 1024 * 1024;
const LARGE = 1024;

/** Copies one layer of 1 GiB across registries, by the built command and by each peer. */
async function copyLargeLayer(http: Http, near: DockerRegistry): Promise<void> {
  console.log('\none layer of 1 GiB, across registries');
  const store = openRemote({ http, credentials: async () => undefined })(
    parseRepositoryName(`${near.host}/build/large`),
  );
  const chunk = randomBytes(MEBIBYTE);
  const hash = createHash('sha256');
  for (let count = 0; count < LARGE; count += 1) hash.update(chunk);
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  const size = LARGE * MEBIBYTE;
  async function* bytes() {
    for (let count = 0; count < LARGE; count += 1) yield chunk;
  }
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {} }));
  const own = { digest: digestOf(config), size: config.length };
  await store.putBlob({ mediaType: LAYER, digest, size }, { open: async () => bytes() });
  await store.putBlob({ mediaType: LAYER, ...own }, { open: async () => inOneChunk(config) });
  await putManifest(store, own, [{ digest, size }]);
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const source = `${near.host}/build/large:1`;
  const promote = `"${process.execPath}" "${cli}" copy --evidence none "$1" "$2"`;
  const times: (readonly [string, number, number])[] = [];
  for (const [client, command] of Object.entries({ promote, ...PEERS })) {
    if (client !== 'promote' && findProgram(client) === undefined) continue;
    const far = await startDockerRegistry();
    try {
      const { wall, megabytes } = await measureOnce(
        ['bash', '-c', command, 'bash', source, `${far.host}/${client}/large:1`],
        process.cwd(),
      );
      times.push([client, wall, megabytes]);
    } finally {
      await far.stop();
    }
  }
  const best = Math.min(...times.filter(([client]) => client !== 'promote').map(([, wall]) => wall));
  for (const [client, wall, megabytes] of times) {
    const memory = client === 'promote' ? `, ${megabytes.toFixed(0)} MB (bound: 120 MB)` : '';
    const bound = client === 'promote' ? ' (bound: 1.1 x)' : '';
    console.log(
      `  ${client.padEnd(9)} ${wall.toFixed(2)} s: ${(wall / best).toFixed(2)} x the best peer${bound}${memory}`,
    );
  }
}

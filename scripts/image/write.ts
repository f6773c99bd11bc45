import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, parseDigest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { inOneChunk } from '../../src/oci/one-chunk.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Architecture } from './apt.ts';
import { USER } from './root.ts';

/** Writes an image of one layer into an OCI layout, under its version; answers its digest. */
export async function writeImage(
  layout: string,
  tar: string,
  { architecture, version }: { readonly architecture: Architecture; readonly version: string },
): Promise<string> {
  const store = openLayout(layout)(parseRepositoryName('oci:.'));
  const packed = `${tar}.gz`;
  await pipeline(createReadStream(tar), createGzip(), createWriteStream(packed));
  const layer = await describe(packed, 'application/vnd.oci.image.layer.v1.tar+gzip');
  const config = encode({
    architecture,
    os: 'linux',
    created: new Date(0).toISOString(),
    config: {
      User: `${USER}:${USER}`,
      Env: [
        'PATH=/usr/bin:/usr/sbin',
        'HOME=/home/promote',
        'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt',
      ],
      Cmd: ['promote', '--help'],
      WorkingDir: '/home/promote',
      Labels: { 'org.opencontainers.image.version': version },
    },
    rootfs: { type: 'layers', diff_ids: [(await describe(tar, '')).digest] },
  });
  const described = { mediaType: MEDIA_TYPES.config, digest: digestOf(config), size: config.length };
  await store.putBlob(layer, { open: async () => createReadStream(packed) });
  await store.putBlob(described, { open: async () => inOneChunk(config) });
  const manifest = manifestContent(
    encode({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config: described, layers: [layer] }),
  );
  await store.putManifest(manifest, version);
  return manifest.descriptor.digest;
}

async function describe(path: string, mediaType: string): Promise<Descriptor> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { mediaType, digest: parseDigest(`sha256:${hash.digest('hex')}`), size: (await stat(path)).size };
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

import { describe, expect, it } from 'vitest';
import { digestOf, parseDigest, verifyDigest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent, parseManifest, referrerDescriptor } from '../../src/oci/manifest.ts';

const BLOB = { mediaType: 'application/octet-stream', digest: digestOf('x'), size: 1 };

describe('parseManifest', () => {
  it('reads an index with its platforms', () => {
    const entry = {
      ...BLOB,
      mediaType: MEDIA_TYPES.manifest,
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
    };
    const manifest = parse({ mediaType: MEDIA_TYPES.index, manifests: [entry] });
    expect(manifest).toMatchObject({ kind: 'index', manifests: [entry] });
  });

  it('reads an image, its subject and annotations', () => {
    const body = { config: BLOB, layers: [BLOB], subject: BLOB, annotations: { a: 'b' } };
    const manifest = parse({ mediaType: MEDIA_TYPES.manifest, ...body });
    expect(manifest).toMatchObject({ kind: 'image', ...body });
  });

  it('takes the media type from the sender where the body names none', () => {
    const content = manifestContent(encode({ schemaVersion: 2, manifests: [] }), MEDIA_TYPES.dockerList);
    expect(parseManifest(content).kind).toBe('index');
  });

  it.each([
    ['an index', { manifests: [] }, MEDIA_TYPES.index],
    ['an image', { config: BLOB, layers: [] }, MEDIA_TYPES.manifest],
  ])('knows %s by its parts where body and sender name no type of manifest', (_, body, mediaType) => {
    for (const sender of ['application/json', 'text/plain', undefined]) {
      const content = manifestContent(encode({ schemaVersion: 2, ...body }), sender);
      expect(content.descriptor.mediaType).toBe(mediaType);
      expect(parseManifest(content).mediaType).toBe(mediaType);
    }
  });

  it('takes the media type of the body where the sender names another one', () => {
    const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] };
    expect(manifestContent(encode(body), MEDIA_TYPES.manifest).descriptor.mediaType).toBe(MEDIA_TYPES.index);
  });

  it.each([
    ['an index with layers', { mediaType: MEDIA_TYPES.index, manifests: [], config: BLOB, layers: [] }],
    ['an image with manifests', { mediaType: MEDIA_TYPES.manifest, config: BLOB, layers: [], manifests: [] }],
    ['an index that is sent as an image', { manifests: [] }, MEDIA_TYPES.manifest],
    ['an image that is sent as an index', { config: BLOB, layers: [] }, MEDIA_TYPES.dockerList],
  ])('refuses %s, since clients would differ', (_, body, sender = MEDIA_TYPES.manifest) => {
    const read = () => parseManifest(manifestContent(encode({ schemaVersion: 2, ...body }), sender));
    expect(read).toThrowError(/and it has (?:config|layers|manifests)$/);
  });

  it('reads an empty list as Go writes it', () => {
    expect(parse({ mediaType: MEDIA_TYPES.index, manifests: null })).toMatchObject({ manifests: [] });
  });

  it.each([
    ['text', 'not json'],
    ['a list', '[]'],
    ['no config', JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, layers: [] })],
    [
      'a negative size',
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.manifest,
        config: { ...BLOB, size: -1 },
        layers: [],
      }),
    ],
    [
      'a digest that is a path',
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.index,
        manifests: [{ ...BLOB, digest: 'sha256:../../etc' }],
      }),
    ],
  ])('refuses %s', (_, text) => {
    const read = () => parseManifest(manifestContent(new TextEncoder().encode(text), MEDIA_TYPES.manifest));
    expect(read).toThrowError(expect.objectContaining({ code: 'INVALID' }));
  });

  it('names schema 1 as unsupported', () => {
    const read = () => parseManifest(manifestContent(encode({ schemaVersion: 1 }), MEDIA_TYPES.manifest));
    expect(read).toThrowError(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });
});

describe('referrerDescriptor', () => {
  it('falls back to the config media type and copies annotations', () => {
    const content = manifestContent(
      encode({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.manifest,
        config: BLOB,
        layers: [],
        annotations: { k: 'v' },
      }),
    );
    expect(referrerDescriptor(content)).toEqual({
      ...content.descriptor,
      artifactType: BLOB.mediaType,
      annotations: { k: 'v' },
    });
  });
});

describe('digests', () => {
  it('verify the bytes they name, in either algorithm', () => {
    const sha512 = parseDigest(
      'sha512:a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238bc13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62',
    );
    for (const digest of [digestOf('x'), sha512]) {
      verifyDigest(digest, new TextEncoder().encode('x'), 'blob');
      expect(() => verifyDigest(digest, new TextEncoder().encode('y'), 'blob')).toThrowError(
        expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
      );
    }
  });
});

function parse(body: object) {
  return parseManifest(manifestContent(encode({ schemaVersion: 2, ...body })));
}

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

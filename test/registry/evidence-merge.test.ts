import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent, parseManifest } from '../../src/oci/manifest.ts';
import { type LayeredManifest, missingLayers, withLayers } from '../../src/registry/evidence/merge.ts';
import { blobOf } from './store-contract.ts';

describe('missingLayers', () => {
  it('tells signatures over one payload apart by their annotations', () => {
    const [alice, bob] = [signature('payload', 'alice'), signature('payload', 'bob')];
    expect(missingLayers(meaning([alice]), meaning([alice, bob]))).toEqual([bob]);
  });

  it('finds nothing missing whatever the order of layers and annotations', () => {
    const layer = { ...signature('payload', 'alice'), annotations: { a: '1', b: '2' } };
    const turned = { ...layer, annotations: { b: '2', a: '1' } };
    const other = signature('other', 'bob');
    expect(missingLayers(meaning([other, turned]), meaning([layer, other]))).toEqual([]);
  });
});

describe('withLayers', () => {
  const own = signature('payload', 'alice');
  const added = signature('payload', 'bob');

  it('keeps the own layers first and names every layer in the config', () => {
    const config = {
      architecture: '',
      history: [{ created: 'then' }],
      rootfs: { type: 'layers', diff_ids: [own.digest] },
    };
    const { manifest, config: extended } = withLayers(content([own]), Buffer.from(JSON.stringify(config)), [
      added,
    ]);
    const merged = parseManifest(manifest);
    expect(merged).toMatchObject({ layers: [own, added], config: { mediaType: MEDIA_TYPES.config } });
    expect(merged).toMatchObject({
      config: { digest: extended.descriptor.digest, size: extended.bytes.length },
    });
    expect(JSON.parse(Buffer.from(extended.bytes).toString())).toEqual({
      architecture: '',
      history: [{ created: 'then' }, { created: '0001-01-01T00:00:00Z' }],
      rootfs: { type: 'layers', diff_ids: [own.digest, added.digest] },
    });
  });

  it('leaves an empty config empty', () => {
    const { config } = withLayers(content([own]), Buffer.from('{}'), [added]);
    expect(Buffer.from(config.bytes).toString()).toBe('{}');
  });

  it.each(['', '[', 'null'])('refuses the config %j', text => {
    expect(() => withLayers(content([own]), Buffer.from(text), [added])).toThrow(
      expect.objectContaining({ code: 'INVALID' }),
    );
  });
});

function signature(payload: string, by: string): Descriptor {
  return { ...blobOf(Buffer.from(payload)), annotations: { 'dev.cosignproject.cosign/signature': by } };
}

function content(layers: readonly Descriptor[]) {
  const config = { mediaType: MEDIA_TYPES.config, digest: digestOf('config'), size: 6 };
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}

function meaning(layers: readonly Descriptor[]): LayeredManifest {
  const manifest = parseManifest(content(layers));
  if (manifest.kind === 'image') return manifest;
  throw new Error('not an image');
}

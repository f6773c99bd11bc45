import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES } from '../../src/oci/manifest.ts';
import { inBatches } from '../../src/registry/copy/copy-evidence.ts';
import { countEvidence, findEvidence } from '../../src/registry/evidence/evidence.ts';
import type { Store } from '../../src/registry/store.ts';

const IMAGE = digestOf('an image');
const MANIFEST_SIZE = 700;

describe('thousands of referrers, such as junk of somebody else', () => {
  it('are all found, with ours among them and the signature on it', async () => {
    const junk = Array.from({ length: 3_000 }, (_, index) => referrer(`junk ${index}`));
    const [ours, signature] = [referrer('ours'), referrer('signature')];
    const lists = new Map([
      [IMAGE, [...junk, ours]],
      [ours.digest, [signature]],
    ]);
    const found = await findEvidence(storeOf(lists), [IMAGE]);
    expect(countEvidence(found)).toBe(3_002);
    expect(found.referrers.get(ours.digest)).toEqual([signature]);
  });

  it('are an error above what a list may have, and never left out', async () => {
    const lists = new Map([[IMAGE, Array.from({ length: 20_001 }, (_, index) => referrer(`${index}`))]]);
    await expect(findEvidence(storeOf(lists), [IMAGE])).rejects.toMatchObject({ code: 'EVIDENCE' });
  });

  it('are copied in batches that need little memory, and small ones in one', () => {
    const [small, large] = [sized(MANIFEST_SIZE, 5_000), sized(4 * 2 ** 20, 9)];
    expect(inBatches(small)).toEqual([small]);
    expect(inBatches(large).map(({ length }) => length)).toEqual([4, 4, 1]);
    expect(inBatches([...large, ...small]).flat()).toEqual([...large, ...small]);
  });
});

function referrer(name: string, size = MANIFEST_SIZE) {
  return { mediaType: MEDIA_TYPES.manifest, digest: digestOf(name), size };
}

function sized(size: number, length: number) {
  return Array.from({ length }, (_, index) => referrer(`${index}`, size));
}

function storeOf(lists: ReadonlyMap<Digest, readonly ReturnType<typeof referrer>[]>): Store {
  const referrers = async (subject: Digest) => lists.get(subject) ?? [];
  // biome-ignore lint/suspicious/noExplicitAny: nothing else is asked of it
  return { name: 'registry.example/api', referrers, tags: async () => [] } as any;
}

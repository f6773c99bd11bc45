import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../servers/registry.ts';
import { registryFor, steps, storesAt } from './remote-place.ts';
import { blobOf, chunked, collect } from './store-contract.ts';

const KIB = 1024;
const BLOB = randomBytes(1200 * KIB);

describe('a registry that limits what is sent at once', () => {
  it.each<[string, RegistryOptions]>([
    ['takes less than a blob', { largestBody: 600 * KIB }],
    ['takes little', { largestBody: 300 * KIB }],
    ['takes chunks alone', { chunksOnly: true }],
    [
      'names the least of a chunk',
      { chunksOnly: true, headers: () => ({ 'oci-chunk-min-length': '500000' }) },
    ],
  ])('gets a blob in chunks where it %s, and is not asked twice', async (_, options) => {
    const registry = await registryFor(options);
    const store = storesAt(registry.host)('a');
    expect(await store.putBlob(blobOf(BLOB), chunked(BLOB))).toBe('copied');
    expect(Buffer.concat(await collect(await store.blob(blobOf(BLOB))))).toEqual(BLOB);
    registry.requests();
    const next = randomBytes(1000 * KIB);
    expect(await store.putBlob(blobOf(next), chunked(next))).toBe('copied');
    const refused = registry.requests().filter(({ status }) => status === 413 || status === 405);
    expect(refused).toEqual([]);
  });

  it('cancels what was refused, and fails where it takes next to nothing', async () => {
    const registry = await registryFor({ largestBody: 10 * KIB });
    const store = storesAt(registry.host)('a');
    const putting = store.putBlob(blobOf(BLOB), chunked(BLOB));
    await expect(putting).rejects.toMatchObject({ code: 'REGISTRY', status: 413 });
    const asked = steps(registry.requests());
    const count = (step: string) => asked.filter(each => each === step).length;
    expect(count('DELETE 204')).toBe(count('POST 202'));
    expect(count('PATCH 413')).toBeGreaterThan(0);
  });

  it('is not believed where it drops a chunk', async () => {
    const registry = await registryFor({ largestBody: 600 * KIB, dropsChunks: true });
    const putting = storesAt(registry.host)('a').putBlob(blobOf(BLOB), chunked(BLOB));
    await expect(putting).rejects.toThrow(/it keeps \d+ of \d+ bytes/);
  });

  it('gets no chunk of a source that is damaged at its end', async () => {
    const registry = await registryFor({ largestBody: 600 * KIB });
    const store = storesAt(registry.host)('a');
    const damaged = Buffer.concat([BLOB.subarray(0, -1), Buffer.from([0xff & ~(BLOB.at(-1) ?? 0)])]);
    const putting = store.putBlob(blobOf(BLOB), chunked(damaged));
    await expect(putting).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(
      registry.requests().filter(({ path, status }) => path.includes('digest=') && status === 201),
    ).toEqual([]);
  });
});

describe('an upload that fails for good', () => {
  it.each([
    ['is cancelled', 500, 4],
    ['is left alone where its session is gone', 404, 0],
  ])('%s', async (_, status, cancelled) => {
    const registry = await registryFor({
      faults: ({ method }) => (method === 'PUT' ? { status } : undefined),
    });
    const putting = storesAt(registry.host)('a').putBlob(blobOf(BLOB), chunked(BLOB));
    await expect(putting).rejects.toMatchObject({ status });
    expect(steps(registry.requests()).filter(step => step === 'DELETE 204')).toHaveLength(cancelled);
  });
});

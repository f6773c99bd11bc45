import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith } from '../servers/tools.ts';
import { registryFor, steps, storesAt } from './remote-place.ts';
import { artifact, blobOf, chunked, pushEmpty, sample, unreadable } from './store-contract.ts';

describeWith(['docker-registry'], 'requests to docker-registry', () => {
  it('are two for a new blob, one for a blob that is there, one for a mount', async () => {
    const registry = await dockerRegistry();
    const [from, to] = ['requests/from', 'requests/to'].map(storesAt(registry.host));
    const bytes = randomBytes(2_000_000);
    await from?.putBlob(blobOf(bytes), chunked(bytes));
    expect(steps(await registry.requests())).toEqual(['POST 202', 'PUT 201']);
    await from?.putBlob(blobOf(bytes), unreadable());
    expect(steps(await registry.requests())).toEqual(['POST 201']);
    await to?.putBlob(blobOf(bytes), { ...unreadable(), ...(from ? { repository: from.name } : {}) });
    expect(steps(await registry.requests())).toEqual(['POST 201']);
  });

  it('are one for referrers, once it is known that there is no such API', async () => {
    const registry = await dockerRegistry();
    const store = storesAt(registry.host)('requests/referrers');
    const subject = sample('subject').index.descriptor;
    await pushEmpty(store);
    await store.putManifest(artifact(subject, 'one'));
    await registry.requests();
    await store.referrers(subject.digest);
    expect(steps(await registry.requests())).toEqual(['GET 404', 'GET 200']);
    await store.referrers(subject.digest);
    expect(steps(await registry.requests())).toEqual(['GET 200']);
  });
});

describe('requests to bring a blob in', () => {
  const bytes = Buffer.from('blob');
  const blob = blobOf(bytes);

  it('ask by HEAD only until a mount from the repository itself has worked', async () => {
    const registry = await registryFor();
    const store = storesAt(registry.host)('a');
    await store.putBlob(blob, chunked(bytes));
    expect(steps(registry.requests())).toEqual(['POST 202', 'HEAD 404', 'PUT 201']);
    expect(await store.putBlob(blob, unreadable())).toBe('present');
    await store.putBlob(other.descriptor, chunked(other.bytes));
    expect(steps(registry.requests())).toEqual(['POST 201', 'POST 202', 'PUT 201']);
  });

  it('ask by HEAD first where such mounts never find what is there', async () => {
    const registry = await registryFor({ selfMounts: false });
    const store = storesAt(registry.host)('a');
    await store.putBlob(blob, chunked(bytes));
    registry.requests();
    expect(await store.putBlob(blob, unreadable())).toBe('present');
    expect(await store.putBlob(blob, unreadable())).toBe('present');
    expect(steps(registry.requests())).toEqual(['POST 202', 'HEAD 200', 'HEAD 200']);
    await store.putBlob(other.descriptor, chunked(other.bytes));
    expect(steps(registry.requests())).toEqual(['HEAD 404', 'POST 202', 'PUT 201']);
  });

  it('use the session that a mount opened, and ask no more mounts of that pair', async () => {
    const registry = await registryFor();
    const stores = storesAt(registry.host);
    const repository = stores('from').name;
    expect(await stores('to').putBlob(blob, { ...chunked(bytes), repository })).toBe('copied');
    expect(steps(registry.requests())).toEqual(['POST 202', 'PUT 201']);
    await stores('to').putBlob(other.descriptor, { ...chunked(other.bytes), repository });
    expect(steps(registry.requests())).toEqual(['HEAD 404', 'POST 202', 'PUT 201']);
  });

  it.each([400, 401, 403, 404])('upload where a mount is answered with %i', async status => {
    const registry = await registryFor({
      faults: ({ path }) => (path.includes('from=from') ? { status } : undefined),
    });
    const stores = storesAt(registry.host);
    const repository = stores('from').name;
    expect(await stores('to').putBlob(blob, { ...chunked(bytes), repository })).toBe('copied');
    expect(steps(registry.requests())).toEqual([`POST ${status}`, 'HEAD 404', 'POST 202', 'PUT 201']);
  });
});

const other: { readonly bytes: Buffer; readonly descriptor: Descriptor } = {
  bytes: Buffer.from('other'),
  descriptor: blobOf(Buffer.from('other')),
};

async function dockerRegistry() {
  const registry = await startDockerRegistry();
  onTestFinished(() => registry.stop());
  return registry;
}

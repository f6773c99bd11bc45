import { describe, expect, it, onTestFinished } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import type { Credential } from '../../src/registry/auth/credentials-file.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import type { SeenRequest } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { registryFor, steps, storesAt } from './remote-place.ts';
import { artifact, blobOf, chunked, pushEmpty, sample, unreadable } from './store-contract.ts';

const user = async (): Promise<Credential> => ({ kind: 'basic', username: 'user', password: 'secret' });
const stranger = async (): Promise<Credential> => ({ kind: 'basic', username: 'user', password: 'hunter2' });
const bytes = Buffer.from('blob');

describe('a registry with tokens', () => {
  it('is asked for its challenge once, and for one token a scope', async () => {
    const registry = await registryFor({ auth: { kind: 'bearer' } });
    const store = storesAt(registry.host, { credentials: user })('a');
    const image = sample('tokens');
    await pushImage(store, image, '1.0');
    await pushEmpty(store);
    await store.putManifest(artifact(image.index.descriptor, 'one'));
    await Promise.all(['1.0', image.index.descriptor.digest].map(target => store.manifest(target)));
    const requests = registry.requests();
    expect(requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(tokens(requests)).toEqual(['/token?service=registry.test&scope=repository:a:pull,push']);
  });

  it('learns once how to be authorised when many ask at first', async () => {
    const registry = await registryFor({ auth: { kind: 'bearer' } });
    const store = storesAt(registry.host, { credentials: user })('a');
    await Promise.all(['a', 'b', 'c', 'd'].map(tag => store.head(tag)));
    const requests = registry.requests();
    expect(requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(tokens(requests)).toHaveLength(1);
  });

  it('gives anonymous readers what they may have, and no more', async () => {
    const registry = await registryFor({ auth: { kind: 'bearer' } });
    await pushImage(storesAt(registry.host, { credentials: user })('a'), sample('public'), '1.0');
    const store = storesAt(registry.host)('a');
    expect(await store.head('1.0')).toBeDefined();
    const writing = store.putBlob(blobOf(bytes), chunked(bytes));
    await expect(writing).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is asked for the target first and the source second for a mount', async () => {
    const registry = await registryFor({ auth: { kind: 'bearer' } });
    const stores = storesAt(registry.host, { credentials: user });
    await stores('from').putBlob(blobOf(bytes), chunked(bytes));
    registry.requests();
    const source = { ...unreadable(), repository: stores('from').name };
    expect(await stores('to').putBlob(blobOf(bytes), source)).toBe('mounted');
    const [scopes] = tokens(registry.requests());
    expect(scopes).toContain('scope=repository:to:pull,push&scope=repository:from:pull');
  });

  it('is asked for a new token before the old one ends', async () => {
    const registry = await registryFor({ auth: { kind: 'bearer', lifetime: 10 } });
    let now = 0;
    const store = storesAt(registry.host, { credentials: user, now: () => now })('a');
    const asked = async (seconds: number) => {
      now = seconds * 1000;
      await store.head('1.0');
      return tokens(registry.requests()).length;
    };
    // A life under a minute is taken for one of a minute: some registries say 0.
    expect([await asked(0), await asked(40), await asked(50), await asked(90)]).toEqual([1, 0, 1, 0]);
  });

  it('gives another token where it no longer takes the first', async () => {
    let isExpired = false;
    const registry = await registryFor({
      auth: { kind: 'bearer' },
      faults: ({ path }) => {
        if (!isExpired || path.startsWith('/token')) return undefined;
        isExpired = false;
        const realm = `Bearer realm="http://${registry.host}/token",service="registry.test"`;
        return { status: 401, headers: { 'www-authenticate': realm } };
      },
    });
    const store = storesAt(registry.host, { credentials: user })('a');
    await pushImage(store, sample('expired'), '1.0');
    isExpired = true;
    expect(await store.head('1.0')).toBeDefined();
  });

  it.each([
    ['exchanges an identity token', { identityToken: 'identity' }, 201, ['POST 200']],
    ['refuses one that is not valid', { identityToken: 'other' }, 400, ['POST 400']],
    ['is asked by GET where it knows no such exchange', {}, 401, ['POST 404', 'GET 401']],
  ])('%s', async (_, options, expected, asked) => {
    const registry = await registryFor({ auth: { kind: 'bearer', ...options } });
    const credentials = async (): Promise<Credential> => ({ kind: 'identity-token', token: 'identity' });
    const writing = pushEmpty(storesAt(registry.host, { credentials })('a'));
    if (expected === 201) await writing;
    else await expect(writing).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: expected });
    expect(
      steps(registry.requests().filter(({ path }) => path === '/token' || path.startsWith('/token?'))),
    ).toEqual(asked);
  });

  it.each(['http://10.0.0.1/token', 'http://169.254.169.254/token', 'ftp://example.com/'])(
    'does not lead credentials to %s',
    async realm => {
      const registry = await registryFor({ auth: { kind: 'bearer', realm } });
      const reading = storesAt(registry.host, { credentials: user })('a').head('1.0');
      await expect(reading).rejects.toMatchObject({ code: 'UNREACHABLE' });
    },
  );
});

describe.each(['basic', 'bearer'] as const)('wrong credentials for %s', kind => {
  it('are reported with what to do, and without the password', async () => {
    const registry = await registryFor({ auth: { kind } });
    const store = storesAt(registry.host, { credentials: stranger })('a');
    const failure = await store.putBlob(blobOf(bytes), chunked(bytes)).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining(`docker login ${registry.host}`),
    });
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/hunter2|dXNlcjpodW50ZXIy/);
  });
});

describe('a token', () => {
  it('is not sent on to where a registry redirects', async () => {
    const storage = await registryFor({ faults: () => ({ status: 200, body: 'blob' }) });
    const registry = await registryFor({
      auth: { kind: 'bearer' },
      faults: ({ path, authorization }) =>
        authorization && path.includes('/blobs/')
          ? { status: 307, headers: { location: `http://${storage.host}/blob` } }
          : undefined,
    });
    const stream = await storesAt(registry.host, { credentials: user })('a').blob(blobOf(bytes));
    for await (const chunk of stream) expect(Buffer.from(chunk)).toEqual(bytes);
    expect(storage.requests()).toMatchObject([{ path: '/blob', authorization: undefined }]);
  });
});

describe('a challenge', () => {
  it('of the host that a registry redirects to is not met', async () => {
    const storage = await registryFor({ auth: { kind: 'bearer' } });
    const registry = await registryFor({
      faults: () => ({ status: 307, headers: { location: `http://${storage.host}/v2/a/blobs/x` } }),
    });
    const reading = storesAt(registry.host, { credentials: user })('a').blob(blobOf(bytes));
    await expect(reading).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(tokens(storage.requests())).toEqual([]);
  });
});

describeWith(['docker-registry'], 'docker-registry with a password file', () => {
  const htpasswd = 'user:$2y$05$PromoteTestSaltAbcdefO8dL2FRkZwUDFsVPoAPxuvip6g/dabtu\n';

  it('takes the right password alone', async () => {
    const registry = await startDockerRegistry({ htpasswd });
    onTestFinished(() => registry.stop());
    const image = sample('htpasswd');
    await pushImage(storesAt(registry.host, { credentials: user })('a'), image, '1.0');
    const reading = storesAt(registry.host, { credentials: stranger })('a').head('1.0');
    await expect(reading).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

function tokens(requests: readonly SeenRequest[]): string[] {
  return requests.map(({ path }) => decodeURIComponent(path)).filter(path => path.startsWith('/token'));
}

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../servers/registry.ts';
import { createMirrorWorld, type MirrorWorld } from './mirror-world.ts';

let world: MirrorWorld;
afterEach(async () => await world.close());

async function start(...given: Parameters<typeof createMirrorWorld>): Promise<void> {
  world = await createMirrorWorld(...given);
}

const mirror: MirrorWorld['mirror'] = async (...args) => await world.mirror(...args);
const mirrored: MirrorWorld['mirrored'] = async tag => await world.mirrored(tag);

describe('a mirror', () => {
  it('is planned, copied, and up to date from then on', async () => {
    await start('', {}, '["22", { since: 22.1.0, update: minor }]');
    const digest = await world.publish('base/node:22', ['a']);
    await world.publish('base/node:22.1.0', ['a']);
    await world.publish('base/node:22.2.0', ['b']);
    await world.publish('base/node:23.0.0', ['c']);
    const kinds = { '22': 'copy', '22.1.0': 'copy', '22.2.0': 'copy' };
    expect(await mirror('--dry-run')).toMatchObject({ code: 0, kinds, wrote: 0 });
    expect(await mirrored('22')).toBeNull();
    expect(await mirror()).toMatchObject({ code: 0, kinds });
    expect(await mirrored('22')).toBe(digest);
    // A public repository may have thousands of tags, so they are listed for all together.
    world.registry.requests();
    await world.run('mirror');
    const isList = ({ path }: SeenRequest) => path.startsWith('/v2/base/node/tags/list?n=');
    expect(world.registry.requests().filter(isList)).toHaveLength(2);
    const current = { '22': 'current', '22.1.0': 'current', '22.2.0': 'current' };
    expect(await mirror()).toMatchObject({ code: 0, kinds: current, wrote: 0 });
    expect(await mirror('node')).toMatchObject({ code: 0, kinds: current });
    expect((await world.run('mirror', 'nod')).code).toBe(2);
  });

  it('tells of a tag that moved at its origin, and keeps what it has', async () => {
    await start('');
    const digest = await world.publish('base/node:22', ['a']);
    await mirror();
    const moved = await world.publish('base/node:22', ['b']);
    const told = await mirror();
    expect(told).toMatchObject({ code: 0, kinds: { '22': 'left' }, wrote: 0 });
    expect(told.tags[0]).toMatchObject({ digest: moved, kept: digest });
    expect(await mirrored('22')).toBe(digest);
  });

  it('lets its tag follow where it is told to', async () => {
    await start(', moves: true');
    const before = await world.publish('base/node:22', ['a']);
    await mirror();
    const moved = await world.publish('base/node:22', ['b']);
    expect(await mirror('--dry-run')).toMatchObject({ kinds: { '22': 'move' }, wrote: 0 });
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'move' } });
    expect(await mirrored('22')).toBe(moved);
    // Files may pin it, and clean-ups delete what has no tag.
    expect(await mirrored(`22-${before.slice('sha256:'.length, 'sha256:'.length + 12)}`)).toBe(before);
  });

  it('copies the digest that was looked at, though the tag moves before it is read', async () => {
    let looks = 0;
    await start('', {
      hold: ({ method, path }) => {
        if (method !== 'HEAD' || path !== '/v2/mirror/node/manifests/22') return undefined;
        looks += 1;
        // The origin's tag was asked for, and nothing of the image has been read.
        return looks === 1 ? world.publish('base/node:22', ['b']).then(() => undefined) : undefined;
      },
    });
    const digest = await world.publish('base/node:22', ['a']);
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'copy' } });
    expect(looks).toBe(2);
    expect(await mirrored('22')).toBe(digest);
    expect(await mirror()).toMatchObject({ kinds: { '22': 'left' } });
  });

  it('completes a copy that lost a part', async () => {
    await start('');
    await world.publish('base/node:22', ['a']);
    await mirror();
    const url = `http://${world.registry.host}/v2/mirror/node/manifests/`;
    const index = JSON.parse(await (await fetch(`${url}22`, { headers: { accept: '*/*' } })).text());
    const child = `${url}${index.manifests[1].digest}`;
    expect((await fetch(child, { method: 'DELETE' })).status).toBe(202);
    expect(await mirror('--dry-run')).toMatchObject({ kinds: { '22': 'complete' }, wrote: 0 });
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'complete' } });
    expect((await fetch(child)).status).toBe(200);
    expect(await mirror()).toMatchObject({ kinds: { '22': 'current' }, wrote: 0 });
  });

  it('keeps what is gone at its origin, and fails where neither has it', async () => {
    await start('', {}, '["22", "21"]');
    await world.publish('base/node:22', ['a']);
    expect(await mirror()).toMatchObject({ code: 1, kinds: { '22': 'copy', '21': 'failed' } });
    const digest = await mirrored('22');
    const url = `http://${world.registry.host}/v2/base/node/manifests/${digest}`;
    await fetch(url, { method: 'DELETE' });
    expect(await mirror()).toMatchObject({ kinds: { '22': 'gone' } });
    expect(await mirrored('22')).toBe(digest);
  });

  it('waits for an origin that limits requests', async () => {
    let isLimited = false;
    const limit = { status: 429, headers: { 'retry-after': '600' } };
    await start('', {
      faults: ({ path }) => (isLimited && path.startsWith('/v2/base/') ? limit : undefined),
    });
    await world.publish('base/node:22', ['a']);
    isLimited = true;
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'waiting' }, wrote: 0 });
  });

  it('sets no tag where the origin limits requests half-way, and goes on in the next run', async () => {
    let isLimited = true;
    const limit = { status: 429, headers: { 'retry-after': '600' } };
    await start('', {
      faults: ({ method, path }) =>
        isLimited && method === 'GET' && path.startsWith('/v2/base/node/blobs/') ? limit : undefined,
      mounts: false,
    });
    const digest = await world.publish('base/node:22', ['a']);
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'waiting' } });
    expect(await mirrored('22')).toBeNull();
    isLimited = false;
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'copy' } });
    expect(await mirrored('22')).toBe(digest);
  });

  it('takes an image only with a signature that is asked for, and its evidence', async () => {
    await start(', signature: { key: base.pub }');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(world.directory, 'base.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await world.write('base.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await world.publish('base/node:22', ['a']);
    await world.put({});
    expect(await mirror()).toMatchObject({ code: 3, kinds: { '22': 'unsigned' }, wrote: 0 });
    expect(await mirrored('22')).toBeNull();
    const key = ['--key', join(world.directory, 'base.key')];
    await world.run('sign', `${world.registry.host}/base/node:22`, ...key);
    expect(await mirror()).toMatchObject({ code: 0, kinds: { '22': 'copy' } });
    const verified = await world.run(
      'verify',
      `${world.registry.host}/mirror/node:22`,
      '--key',
      join(world.repository, 'base.pub'),
    );
    expect(verified.code).toBe(0);
  });
});

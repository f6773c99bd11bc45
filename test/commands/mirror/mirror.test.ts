import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RegistryOptions, SeenRequest } from '../../servers/registry.ts';
import { type BaseWorld, createBaseWorld } from '../refresh/base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

/** A mirror of `base/node`, with further keys. */
async function start(keys: string, options: RegistryOptions = {}, tags = '["22"]'): Promise<void> {
  const mirror = `{ name: node, from: HOST/base/node, to: HOST/mirror/node, tags: ${tags}${keys} }`;
  world = await createBaseWorld(`{}\nmirrors: [${mirror}]`, options);
}

async function mirror(...args: readonly string[]) {
  world.registry.requests();
  const { code, stdout } = await world.run('mirror', '--format', 'json', ...args);
  const { mirrors, repositories } = JSON.parse(stdout);
  const wrote = world.registry.requests().filter(({ method }) => !['GET', 'HEAD'].includes(method));
  const [{ tags, unlisted }] = mirrors;
  const kinds = Object.fromEntries(tags.map((tag: { tag: string; kind: string }) => [tag.tag, tag.kind]));
  const [{ groups = [], left = [] } = {}] = repositories;
  return { code, kinds, tags, unlisted, wrote: wrote.length, groups, left };
}

/** The digest that a tag of the mirror names. */
async function mirrored(tag: string): Promise<string | null> {
  const url = `http://${world.registry.host}/v2/mirror/node/manifests/${tag}`;
  const answer = await fetch(url, { method: 'HEAD', headers: { accept: '*/*' } });
  return answer.headers.get('docker-content-digest');
}

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

describe('the pins of a mirror', () => {
  const BRANCH = 'promote/mirror/node';
  const files = (digest: string) => ({
    Dockerfile: 'FROM HOST/base/node:22 AS build\nFROM HOST/base/node:23\n',
    'dev/web.yaml': `image: HOST/base/node:22@${digest} # ours\n`,
  });

  it('name its copies by digest, in a proposal that a second run leaves alone', async () => {
    await start(', pins: true');
    const digest = await world.publish('base/node:22', ['a']);
    await world.put(files(digest));
    expect(await mirror('--dry-run')).toMatchObject({ groups: [{ outcome: { kind: 'planned' } }] });
    const first = await mirror();
    expect(first).toMatchObject({ code: 0, groups: [{ outcome: { kind: 'opened', branch: BRANCH } }] });
    expect(first.left).toMatchObject([{ line: 2, why: 'left' }]);
    const host = world.registry.host;
    expect(await world.git('show', `${BRANCH}:Dockerfile`)).toBe(
      `FROM ${host}/mirror/node:22@${digest} AS build\nFROM ${host}/base/node:23`,
    );
    expect(await world.git('show', `${BRANCH}:dev/web.yaml`)).toBe(
      `image: ${host}/mirror/node:22@${digest} # ours`,
    );
    const refs = await world.refs();
    expect(await mirror()).toMatchObject({ groups: [{ outcome: { kind: 'held' } }], wrote: 0 });
    expect(await world.refs()).toBe(refs);
  });

  it('keep a digest that the mirror has, and are left where it has another', async () => {
    await start(', pins: true');
    const old = await world.publish('base/node:22', ['a']);
    const newer = await world.publish('base/node:22', ['b']);
    await world.put(files(old));
    const { left, groups } = await mirror();
    expect(left).toMatchObject([{ line: 2 }, { file: 'dev/web.yaml', why: 'left' }]);
    expect(groups).toMatchObject([{ images: [{ to: { digest: newer } }] }]);
  });

  it('stay with their origin while the copy lags behind it', async () => {
    await start(', pins: true');
    await world.publish('base/node:22', ['a']);
    await mirror();
    await world.publish('base/node:22', ['b']);
    await world.put({ Dockerfile: 'FROM HOST/base/node:22\n' });
    expect(await mirror()).toMatchObject({ groups: [], left: [{ why: 'left' }] });
  });

  it('never name a copy without the signature that is asked for', async () => {
    await start(', pins: true');
    const digest = await world.publish('base/node:22', ['a']);
    await mirror();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await world.write('base.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const text = await world.read('environments.yaml');
    await world.put({
      'environments.yaml': text.replace('pins: true', 'pins: true, signature: { key: base.pub }'),
      'dev/web.yaml': `image: HOST/base/node@${digest}\n`,
    });
    expect(await mirror()).toMatchObject({ code: 3, groups: [], left: [{ why: 'unsigned' }] });
  });

  it('leave an open proposal as it is while the origin is out of reach, and what a person pushed', async () => {
    let isDown = false;
    await start(', pins: true', {
      faults: ({ path }) => (isDown && path.startsWith('/v2/base/') ? { status: 403 } : undefined),
    });
    const digest = await world.publish('base/node:22', ['a']);
    await world.put({ 'dev/web.yaml': files(digest)['dev/web.yaml'] });
    await mirror();
    const refs = await world.refs();
    isDown = true;
    expect(await mirror()).toMatchObject({ code: 1, left: [{ why: 'failed' }] });
    expect(await world.refs()).toBe(refs);
    isDown = false;
    await world.git('checkout', '--quiet', BRANCH);
    await world.put({ 'dev/note.yaml': 'x: 1\n' });
    await world.git('checkout', '--quiet', 'main');
    await world.put({ Dockerfile: 'FROM HOST/base/node:22\n' });
    const edited = await world.git('rev-parse', BRANCH);
    expect(await mirror()).toMatchObject({ groups: [{ outcome: { kind: 'foreign' } }] });
    expect(await world.git('rev-parse', BRANCH)).toBe(edited);
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createMirrorWorld, type MirrorWorld } from './mirror-world.ts';

let world: MirrorWorld;
afterEach(async () => await world.close());

async function start(...given: Parameters<typeof createMirrorWorld>): Promise<void> {
  world = await createMirrorWorld(...given);
}

const mirror: MirrorWorld['mirror'] = async (...args) => await world.mirror(...args);

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

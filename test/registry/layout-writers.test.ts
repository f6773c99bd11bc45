import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLayoutDirectory } from '../../src/registry/layout/directory.ts';
import { withLock } from '../../src/registry/layout/lock.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';

const SOURCE = new URL('../../src/', import.meta.url).href;

/** A program that pushes images under the tags `<name>-0`, `<name>-1` and so on. */
const WRITER = `
  const { openLayout } = await import('${SOURCE}registry/layout/layout.ts');
  const { buildImage, pushImage } = await import('${SOURCE}demo/image.ts');
  const [directory, name, count] = process.argv.slice(1);
  const store = openLayout(directory)('oci:./shared');
  for (let at = 0; at < Number(count); at += 1) {
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: [name + at] });
    await pushImage(store, image, name + '-' + at);
  }
`;

describe('an image layout with several writers', () => {
  let place: LayoutPlace;
  beforeAll(async () => {
    place = await layoutPlace();
  });
  afterAll(() => place.close());

  it('loses no tag of any process', async () => {
    const names = ['a', 'b', 'c'];
    const ends = names.map(name => once(start(name, 10), 'exit'));
    expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0]);
    const tags = names.flatMap(name => Array.from({ length: 10 }, (_, at) => `${name}-${at}`));
    expect([...((await place.store('shared').tags()) ?? [])].sort()).toEqual(tags.sort());
  });

  it('goes on after a writer was killed at any moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const child = start(`killed${round}`, 10_000);
      await setTimeout(200 + 40 * round);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const [code] = await once(start(`after${round}`, 1), 'exit');
      expect(code).toBe(0);
      const store = place.store('shared');
      for (const tag of (await store.tags()) ?? []) expect(await store.head(tag)).toBeDefined();
      expect(await store.head(`after${round}-0`)).toBeDefined();
    }
  });

  function start(name: string, count: number) {
    const args = ['--input-type=module', '--eval', WRITER, place.directory, name, String(count)];
    return spawn(process.execPath, args, { stdio: 'ignore' });
  }
});

describe('withLock', () => {
  let place: LayoutPlace;
  let directory: string;
  let path: string;
  beforeAll(async () => {
    place = await layoutPlace();
    directory = join(place.directory, 'locked');
    await createLayoutDirectory(directory);
    path = join(directory, 'index.json.lock');
  });
  afterAll(() => place.close());

  it('takes over from a process that died', async () => {
    const child = spawn(process.execPath, ['--eval', '0']);
    await once(child, 'exit');
    await writeFile(path, JSON.stringify({ pid: child.pid, host: hostname() }));
    expect(await withLock(directory, async stillHeld => await stillHeld())).toBe(true);
    expect((await readdir(directory)).sort()).toEqual(['.partial', 'oci-layout']);
    expect(await readdir(join(directory, '.partial'))).toEqual([]);
  });

  it('takes over a lock of another machine only once it is old', async () => {
    await writeFile(path, JSON.stringify({ pid: 1, host: 'another' }));
    const times = { stale: 60_000, patience: 50 };
    await expect(withLock(directory, async () => 0, times)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    const old = new Date(Date.now() - 120_000);
    await utimes(path, old, old);
    expect(await withLock(directory, async () => 1, times)).toBe(1);
  });

  it('waits for a living holder, and then reports it', async () => {
    const times = { stale: 60_000, patience: 50 };
    await withLock(directory, async () => {
      await expect(withLock(directory, async () => 0, times)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    });
    expect(await withLock(directory, async () => 2, times)).toBe(2);
  });

  it('lets one at a time in', async () => {
    let inside = 0;
    const enter = () =>
      withLock(directory, async () => {
        inside += 1;
        await setTimeout(1);
        expect(inside).toBe(1);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 20 }, enter));
  });
});

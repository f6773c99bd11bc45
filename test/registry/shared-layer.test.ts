import { describe, expect, it } from 'vitest';
import { type BuiltImage, buildImage, pushImage } from '../../src/demo/image.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import type { Registry, RegistryOptions } from '../servers/registry.ts';
import { registryFor, storesAt } from './remote-place.ts';

const NUMBERS = Array.from({ length: 8 }, (_, number) => number);

describe('a layer that many images share', () => {
  it('moves once to a registry, whatever repositories it is for and how many are copied at once', async () => {
    const { target, base, copyAll, requests } = await place({});
    await copyAll();
    expect(requests().filter(({ method, path }) => method === 'PUT' && path.includes(base))).toHaveLength(1);
    for (const number of NUMBERS) {
      const { lacks } = await checkClosure(target(number), imageOf(number).index.descriptor.digest);
      expect(lacks).toEqual([]);
    }
  });

  it('moves each time where the registry mounts nothing, which is found out once', async () => {
    const { base, copyAll, requests } = await place({ mounts: false });
    await copyAll();
    const asked = requests();
    expect(asked.filter(({ method, path }) => method === 'PUT' && path.includes(base))).toHaveLength(8);
    await copyAll();
    const mounts = requests().filter(({ path }) => path.includes('mount=') && !isItself(path));
    expect(mounts).toEqual([]);
  });

  it('is not waited for in vain where the first upload of it fails', async () => {
    let left = 1;
    const { base, copyAll, requests } = await place({
      faults: ({ method, path }) =>
        method === 'PUT' && path.includes('/uploads/') && left-- > 0 ? { status: 403 } : undefined,
    });
    await expect(copyAll()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await copyAll();
    const put = requests().filter(
      ({ method, path, status }) => method === 'PUT' && status === 201 && path.includes(base),
    );
    expect(put).toHaveLength(1);
  });
});

function imageOf(number: number): BuiltImage {
  return buildImage({
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    layers: ['the base', `app ${number}`],
  });
}

async function place(options: RegistryOptions) {
  const [from, to]: readonly Registry[] = [await registryFor(), await registryFor(options)];
  const [source, target] = [storesAt(from?.host ?? ''), storesAt(to?.host ?? '')];
  for (const number of NUMBERS) await pushImage(source(`app-${number}`), imageOf(number), '1.0');
  const shared = imageOf(0).blobs.find(({ descriptor }) =>
    imageOf(1).blobs.some(other => other.descriptor.digest === descriptor.digest),
  );
  return {
    target: (number: number) => target(`app-${number}`),
    base: encodeURIComponent(shared?.descriptor.digest ?? 'none'),
    requests: () => [...(to?.requests() ?? [])],
    copyAll: async () => {
      const copied = await Promise.allSettled(
        NUMBERS.map(async number =>
          copyImage({
            source: source(`app-${number}`),
            target: target(`app-${number}`),
            from: '1.0',
            tag: '1.0',
            evidence: 'none',
          }),
        ),
      );
      const failed = copied.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  };
}

/** A mount from the repository itself asks whether the blob is there. */
function isItself(path: string): boolean {
  const { pathname, searchParams } = new URL(path, 'http://registry');
  return pathname.startsWith(`/v2/${searchParams.get('from')}/`);
}

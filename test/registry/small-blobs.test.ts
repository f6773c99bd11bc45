import { expect, it, onTestFinished } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { build } from '../e2e/shop.ts';
import { registryFor } from './remote-place.ts';

it('opens few connections to a source of many small blobs, however many images are copied at once', async () => {
  const [near, far] = [await registryFor(), await registryFor()];
  const http = createHttp();
  onTestFinished(() => http.close());
  const open = openRemote({ http, credentials: async () => undefined });
  const store = (host: string, index: number) => open(parseRepositoryName(`${host}/image-${index}`));
  const images = Array.from({ length: 8 }, (_, index) => build(`${index}.0.0`, 3, 6));
  await Promise.all(images.map((image, index) => pushImage(store(near.host, index), image, '1.0')));
  near.requests();
  const copies = images.map(({ index: { descriptor } }, index) =>
    copyImage({
      source: store(near.host, index),
      target: store(far.host, index),
      from: descriptor.digest,
      evidence: 'none',
    }),
  );
  await Promise.all(copies);
  const connections = new Set(near.requests().map(({ connection }) => connection));
  // 8 requests run at a time; undici may begin another connection while one settles.
  expect(connections.size).toBeLessThanOrEqual(16);
});

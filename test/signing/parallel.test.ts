import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature } from '../../src/signing/find.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith } from '../servers/tools.ts';
import { newImage } from './counted-store.ts';
import { newSigner } from './keys.ts';
import { sign } from './sign-image.ts';

const FORMATS = ['bundle', 'legacy'] as const;

describeWith(['docker-registry'], 'runs that sign one image at the same time', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(async () => {
    await registry.stop();
  });

  it.each([1, 2, 3])('lose no signature, in neither list that a tag names: %i', async round => {
    const path = `parallel/api-${round}`;
    const subject = await newImage(storeOfRun(path));
    const runs = await Promise.all(
      Array.from({ length: 2 }, async () => ({ store: storeOfRun(path), signer: await newSigner() })),
    );
    await Promise.all(runs.map(({ store, signer }) => sign(store, subject, signer, { formats: FORMATS })));
    for (const { signer } of runs) {
      const store = storeOfRun(path);
      const { digest } = subject;
      const search = { store, referrers: await store.referrers(digest), digest, trust: signer.trust };
      for (const format of FORMATS) {
        expect(await findSignature(search, [format]), format).toMatchObject({ format });
      }
    }
  });

  function storeOfRun(path: string): Store {
    const http = createHttp();
    onTestFinished(() => http.close());
    const open = openRemote({ http, credentials: async () => undefined });
    return open(parseRepositoryName(`${registry.host}/${path}`));
  }
});

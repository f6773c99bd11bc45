import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';

/** Image layouts in one directory. */
export interface LayoutPlace {
  readonly directory: string;
  store(path: string): Store;
  close(): Promise<void>;
}

/** A registry whose requests can be counted. */
export interface RegistryPlace {
  readonly host: string;
  /** A store that nothing is known to yet, so that costs do not depend on what ran before. */
  store(path: string): Store;
  /** How many requests there were since the last call. */
  cost(): Promise<number>;
  close(): Promise<void>;
}

/** A fresh directory for image layouts. */
export async function layoutPlace(): Promise<LayoutPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-layout-'));
  const open = openLayout(directory);
  return {
    directory,
    store: path => open(parseRepositoryName(`oci:./${path}`)),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

interface RunningRegistry {
  readonly host: string;
  requests(): readonly unknown[] | Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** A fresh registry: docker-registry, unless another is started. */
export async function registryPlace(
  start: () => Promise<RunningRegistry> = startDockerRegistry,
): Promise<RegistryPlace> {
  const registry = await start();
  const http = createHttp();
  const { host } = registry;
  return {
    host,
    store: path =>
      openRemote({ http, credentials: async () => undefined })(parseRepositoryName(`${host}/${path}`)),
    cost: async () => (await registry.requests()).length,
    async close() {
      await http.close();
      await registry.stop();
    },
  };
}

import { describe } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import { type RegistryOptions, startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { type StorePlace, storeContract } from './store-contract.ts';

describe('remote store', () => {
  storeContract('a registry with the referrers API', () => inProcess({}));
  storeContract('a registry without the referrers API', () => inProcess({ referrers: false }));
  storeContract('a registry that never mounts from itself, found out by HEAD', () =>
    inProcess({ selfMounts: false }),
  );
});

describeWith(['docker-registry'], 'remote store', () => {
  storeContract('docker-registry', async () => {
    const registry = await startDockerRegistry();
    return placeAt(registry.host, registry.stop);
  });
});

async function inProcess(options: RegistryOptions): Promise<StorePlace> {
  const registry = await startRegistry(options);
  return placeAt(registry.host, registry.stop);
}

function placeAt(host: string, stop: () => Promise<void>): StorePlace {
  const http = createHttp();
  const open = openRemote({ http, credentials: async () => undefined });
  return {
    store: path => open(parseRepositoryName(`${host}/${path}`)),
    async close() {
      await http.close();
      await stop();
    },
  };
}

import { onTestFinished } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { RemoteContext } from '../../src/registry/remote/client.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import type { Store } from '../../src/registry/store.ts';
import { type Registry, type RegistryOptions, startRegistry } from '../servers/registry.ts';

/** A registry within this process, gone when the test is over. */
export async function registryFor(options: RegistryOptions = {}): Promise<Registry> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.stop());
  return registry;
}

/** Stores of a registry as one run opens them: anonymous unless told, and without waiting between tries. */
export function storesAt(host: string, context: Partial<RemoteContext> = {}): (path: string) => Store {
  const http = createHttp({ retry: { sleep: async () => undefined } });
  onTestFinished(() => http.close());
  const open = openRemote({ http, credentials: async () => undefined, ...context });
  return path => open(parseRepositoryName(`${host}/${path}`));
}

/** `GET 200`, without paths that only chance decides. */
export function steps(requests: readonly { readonly method: string; readonly status: number }[]): string[] {
  return requests.map(({ method, status }) => `${method} ${status}`);
}

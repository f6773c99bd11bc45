import type { Dispatcher } from 'undici';
import type { ProxySettings } from './dispatcher.ts';
import type { HttpRequest } from './request.ts';
import type { TlsSettings } from './tls.ts';

/** The settings of one host. */
export interface HostConnection {
  readonly tls?: TlsSettings | undefined;
  /** Requests under way at a time; absent: as for every host. */
  readonly requests?: number | undefined;
  /** The URLs that it may name although their addresses are private. */
  readonly trusted: readonly URL[];
}

/** The settings by host, with its port unless that is the scheme's own. */
export type HostConnections = ReadonlyMap<string, HostConnection>;

/** The connections of a run. */
export interface Connections {
  /** The connections that serve the request. */
  to(request: Pick<HttpRequest, 'url' | 'elsewhere'>): Promise<Dispatcher>;
  /** Ends the connections that are still open. */
  close(): Promise<void>;
}

/** One pool for all hosts, and one for each host with other TLS settings; opened with the first request. */
export function createConnections(
  proxy: ProxySettings | undefined,
  hosts: HostConnections | undefined,
): Connections {
  type Pools = Map<TlsSettings | undefined, Promise<Dispatcher>>;
  const [opened, others]: [Pools, Pools] = [new Map(), new Map()];
  return {
    to({ url, elsewhere }) {
      const pools = elsewhere ? others : opened;
      const tls = hosts?.get(url.host)?.tls;
      const known = pools.get(tls) ?? connect(proxy, tls);
      pools.set(tls, known);
      return known;
    },
    async close() {
      const all = [...opened.values(), ...others.values()];
      await Promise.all(all.map(async dispatcher => await (await dispatcher).destroy()));
    },
  };
}

/** Opens a pool. Its code is loaded with the first request, since many commands make none. */
async function connect(proxy: ProxySettings | undefined, tls: TlsSettings | undefined): Promise<Dispatcher> {
  const { createDispatcher } = await import('./dispatcher.ts');
  return createDispatcher(proxy, tls);
}

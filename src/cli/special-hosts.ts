import type { LoadedEnvironments } from './environments-file.ts';
import type { Hosts } from './hosts.ts';
import type { Io } from './io.ts';

/** What is special about hosts, by a loaded environments file and the command line; few say anything of them. */
export async function specialHosts(io: Io, loaded?: LoadedEnvironments): Promise<Hosts | undefined> {
  const { hosts = [] } = loaded?.environments ?? {};
  if (hosts.length === 0 && (io.insecure ?? []).length === 0) return undefined;
  const { loadHosts } = await import('./hosts.ts');
  return await loadHosts(io, hosts, loaded?.read);
}

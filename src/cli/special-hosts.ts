import type { LoadedEnvironments } from './environments-file.ts';
import type { Hosts } from './hosts.ts';
import type { Io } from './io.ts';

/** The settings of hosts in a loaded environments file and on the command line, if there are any. */
export async function specialHosts(io: Io, loaded?: LoadedEnvironments): Promise<Hosts | undefined> {
  const { hosts = [] } = loaded?.environments ?? {};
  if (hosts.length === 0 && (io.insecure ?? []).length === 0) return undefined;
  const { loadHosts } = await import('./hosts.ts');
  return await loadHosts(io, hosts, loaded?.read);
}

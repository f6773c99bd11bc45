import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { environmentsPath, type LoadedEnvironments, loadEnvironments } from './environments-file.ts';
import { createForges } from './forges.ts';
import { gitRepositories } from './git.ts';
import type { Hosts } from './hosts.ts';
import type { Io } from './io.ts';
import { openHttp } from './open-http.ts';
import { DEFAULT_FILE } from './program/options.ts';

/** What is special about hosts, by a loaded environments file and the command line; few say anything of them. */
export async function specialHosts(io: Io, loaded?: LoadedEnvironments): Promise<Hosts | undefined> {
  const { hosts = [] } = loaded?.environments ?? {};
  if (hosts.length === 0 && (io.insecure ?? []).length === 0) return undefined;
  const { loadHosts } = await import('./hosts.ts');
  return await loadHosts(io, hosts, loaded?.read);
}

/**
 * The same for a command that needs no environments file. A named one is read, and the default one only where it is
 * there and says anything of hosts. Throws `CONFIGURATION` for one that is not sound.
 */
export async function hostsNamedIn(io: Io, file: string): Promise<Hosts | undefined> {
  if (!(await mayNameHosts(io, file))) return await specialHosts(io);
  const http = openHttp(io);
  const git = gitRepositories(io, http);
  const forges = createForges(io, http, git);
  try {
    const open = async (location: string) => (await forges.open(location)).repository;
    return await specialHosts(io, await loadEnvironments(io, file, open));
  } finally {
    await forges.close();
    await git.close();
    await http.close();
  }
}

/** In CI the branch decides what the file says: the working tree's only shows whether it is worth asking. */
async function mayNameHosts({ cwd }: Io, file: string): Promise<boolean> {
  if (file !== DEFAULT_FILE) return true;
  const path = environmentsPath(cwd, file);
  return existsSync(path) && /\bhosts\b/.test(await readFile(path, 'utf8'));
}

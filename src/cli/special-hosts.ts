import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { evidenceRepositories } from '../environments/evidence-repositories.ts';
import type { RepositoryName } from '../oci/reference.ts';
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

/** What an environments file says of registries. */
export interface RegistrySettings {
  readonly hosts: Hosts | undefined;
  /** The repositories whose evidence is kept in another one, and which. */
  readonly evidence: ReadonlyMap<RepositoryName, RepositoryName>;
}

/**
 * The same for a command that needs no environments file. A named one is read, and the default one only where it is
 * there and says anything of registries. Throws `CONFIGURATION` for one that is not sound.
 */
export async function settingsNamedIn(io: Io, file: string): Promise<RegistrySettings> {
  if (!(await saysOfRegistries(io, file))) return { hosts: await specialHosts(io), evidence: new Map() };
  const http = openHttp(io);
  const git = gitRepositories(io, http);
  const forges = createForges(io, http, git);
  try {
    const open = async (location: string) => (await forges.open(location)).repository;
    const loaded = await loadEnvironments(io, file, open);
    return {
      hosts: await specialHosts(io, loaded),
      evidence: evidenceRepositories(loaded.environments),
    };
  } finally {
    await forges.close();
    await git.close();
    await http.close();
  }
}

/** `hosts`, or `repository` within a `signing` of one line or of several. */
const SAYS_OF_REGISTRIES =
  /\bhosts\b|\bsigning\b["']?:\s*\{[^}]*\brepository\b|^( *)["']?signing["']?:[^\n]*\n(?:(?:\1 +[^\n]*| *#[^\n]*|)\n)*?\1 +["']?repository\b/m;

/** In CI the branch decides what the file says: the working tree's only shows whether it is worth asking. */
async function saysOfRegistries({ cwd }: Io, file: string): Promise<boolean> {
  if (file !== DEFAULT_FILE) return true;
  const path = environmentsPath(cwd, file);
  return existsSync(path) && SAYS_OF_REGISTRIES.test(await readFile(path, 'utf8'));
}

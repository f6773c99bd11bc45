import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { evidenceRepositories } from '../environments/evidence-repositories.ts';
import { environmentsPath, loadEnvironments } from './environments-file.ts';
import { createForges } from './forges.ts';
import { gitRepositories } from './git.ts';
import type { Io } from './io.ts';
import { openHttp } from './open-http.ts';
import { DEFAULT_FILE } from './program/options.ts';
import { specialHosts } from './special-hosts.ts';
import type { RegistrySettings } from './stores.ts';

/**
 * The settings of registries, for a command that needs no environments file. The default file is read only if
 * it exists and has such settings. Throws `CONFIGURATION` for an invalid file.
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

/** Matches `hosts`, or `repository` within `signing`, which may be on one line or several. */
const SAYS_OF_REGISTRIES =
  /\bhosts\b|\bsigning\b["']?:\s*\{[^}]*\brepository\b|^( *)["']?signing["']?:[^\n]*\n(?:(?:\1 +[^\n]*| *#[^\n]*|)\n)*?\1 +["']?repository\b/m;

/** Whether the working tree's file looks worth reading. In CI the branch's file is the one that is read. */
async function saysOfRegistries({ cwd }: Io, file: string): Promise<boolean> {
  if (file !== DEFAULT_FILE) return true;
  const path = environmentsPath(cwd, file);
  return existsSync(path) && SAYS_OF_REGISTRIES.test(await readFile(path, 'utf8'));
}

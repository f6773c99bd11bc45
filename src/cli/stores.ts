import type { PromoteError } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { isLayout, type RepositoryName } from '../oci/reference.ts';
import { openLayout } from '../registry/layout/layout.ts';
import type { Progress } from '../registry/progress.ts';
import { PullLimits } from '../registry/remote/pull-limits.ts';
import { openRemote } from '../registry/remote/remote.ts';
import type { OpenStore } from '../registry/store.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Hosts } from './hosts.ts';
import type { Io } from './io.ts';
import { showProgress } from './progress.ts';
import { registryLogins } from './registry-logins.ts';

/** The settings of registries in an environments file. */
export interface RegistrySettings {
  readonly hosts: Hosts | undefined;
  /** The repositories whose evidence is in another repository, with that repository. */
  readonly evidence: ReadonlyMap<RepositoryName, RepositoryName>;
}

/** What commands on single images need. */
export interface Stores {
  readonly store: OpenStore;
  readonly pullLimits: PullLimits;
  readonly progress: Progress;
  readonly http: Http;
}

/** Opens registries and image layouts. Paths of layouts start at the directory. */
export async function openStores(
  io: Io,
  http: Http,
  directory: string,
  { hosts, evidence }: RegistrySettings,
): Promise<Stores> {
  const { signal, stderr } = io;
  const pullLimits = new PullLimits();
  const onMirrorLost = (mirror: string, { message }: PromoteError) =>
    stderr.write(`${neutralise(`mirror ${mirror} is not asked again: ${message}`)}\n`);
  const credentials = registryLogins(io, http);
  const remote = openRemote({
    http,
    credentials,
    signal,
    pullLimits,
    hosts: hosts?.rules,
    mirrors: hosts?.mirrors,
    onMirrorLost,
  });
  const layout = openLayout(directory);
  const progress = await showProgress(stderr, () => performance.now());
  const plain: OpenStore = name => (isLayout(name) ? layout(name) : remote(name));
  const store = evidence.size === 0 ? plain : await apart(plain, evidence);
  return { store, pullLimits, progress, http };
}

/** Loads the code for separate evidence only if a repository has it. */
async function apart(...asked: Parameters<StoresApart>): Promise<OpenStore> {
  const { storesApart } = await import('../registry/evidence/apart.ts');
  return storesApart(...asked);
}

type StoresApart = typeof import('../registry/evidence/apart.ts').storesApart;

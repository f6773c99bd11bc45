import type { RepositoryName } from '../oci/reference.ts';
import type { Environments } from './environments.ts';
import { pushRepository } from './locate.ts';

/** By repository, the other repository that keeps its evidence; a backup keeps its own. */
export function evidenceRepositories({
  images,
  environments,
}: Pick<Environments, 'images' | 'environments'>): ReadonlyMap<RepositoryName, RepositoryName> {
  const found = new Map<RepositoryName, RepositoryName>();
  for (const { registries, signing } of environments) {
    if (signing?.repository === undefined) continue;
    for (const registry of registries) {
      if (registry.isBackup === true) continue;
      for (const image of images) found.set(pushRepository(registry, image), signing.repository);
    }
  }
  return found;
}

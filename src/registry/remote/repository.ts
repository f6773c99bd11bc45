import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import type { RegistryClient, RegistryRequest } from './client.ts';

/** A repository of a registry, as the steps of the protocol use it. */
export interface RemoteRepository {
  readonly name: RepositoryName;
  readonly client: RegistryClient;
}

/** A URL under `/v2/<repository>/`. */
export function urlIn({ name, client }: RemoteRepository, path: string): URL {
  return new URL(`v2/${pathOf(name)}/${path}`, client.base);
}

/** A request that reads from the repository. */
export function pulling(
  repository: RemoteRepository,
  request: Omit<RegistryRequest, 'repository' | 'scopes'>,
): RegistryRequest {
  return { ...request, repository: repository.name, scopes: [pullScope(repository.name)] };
}

/** A request that writes to the repository; `further` are additional scopes. */
export function pushing(
  repository: RemoteRepository,
  request: Omit<RegistryRequest, 'repository' | 'scopes'>,
  further: readonly string[] = [],
): RegistryRequest {
  const { name } = repository;
  return { ...request, repository: name, scopes: [pushScope(name), ...further] };
}

/** A request that deletes from the repository. Few tokens allow it. */
export function deleting(
  repository: RemoteRepository,
  request: Omit<RegistryRequest, 'repository' | 'scopes'>,
): RegistryRequest {
  const { name } = repository;
  return { ...request, repository: name, scopes: [`repository:${pathOf(name)}:delete`] };
}

/** The scope for reading from a repository. */
export function pullScope(name: RepositoryName): string {
  return `repository:${pathOf(name)}:pull`;
}

/** The scope for writing to a repository. */
export function pushScope(name: RepositoryName): string {
  return `repository:${pathOf(name)}:pull,push`;
}

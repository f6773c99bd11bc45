import { PromoteError } from '../../errors.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Path } from '../diagnostics/issue.ts';
import type { Image, RegistryTarget } from '../environments.ts';
import { pullRepository, pushRepository } from '../locate.ts';
import { normaliseBackup, normaliseRegistries } from '../normalise/environments.ts';
import type { WrittenEnvironment } from '../schema/environments.ts';

/** A registry of an environment, and where it is written. */
export interface Placement {
  readonly environment: string;
  readonly registry: RegistryTarget;
  readonly path: Path;
}

/** Every registry of every environment. */
export function placementsOf(
  environments: Readonly<Record<string, WrittenEnvironment>>,
): readonly Placement[] {
  return Object.entries(environments).flatMap(([environment, { registry, backup }]) => [
    ...normaliseRegistries(registry).map((target, index) => ({
      environment,
      registry: target,
      path: ['environments', environment, 'registry', ...(Array.isArray(registry) ? [index] : [])],
    })),
    ...normaliseBackup(backup).map(target => ({
      environment,
      registry: target,
      path: ['environments', environment, 'backup'],
    })),
  ]);
}

/** The repositories of an image in a registry, for push and pull, or why there are none. */
export function placeImage(
  registry: RegistryTarget,
  image: Image,
): readonly RepositoryName[] | { readonly refusal: string } {
  try {
    return [pushRepository(registry, image), pullRepository(registry, image)];
  } catch (error) {
    if (error instanceof PromoteError) return { refusal: error.message };
    throw error;
  }
}

import type { Environment, Environments } from '../../../environments/environments.ts';
import { imageNamed, pullRepository, pushRepository } from '../../../environments/locate.ts';
import type { RepositoryName } from '../../../oci/reference.ts';
import type { LintedPin } from '../read.ts';
import type { LintRule } from '../rule.ts';

/** An image in a registry that belongs to another environment, or that builds are pushed to. */
export const foreignRegistry: LintRule = {
  name: 'foreign-registry',
  severity: 'warning',
  description: 'An image comes from the registry of another environment, whose gates are not this one’s.',
  find: ({ pins, environments, environment }) =>
    pins.flatMap(({ pin: { repository }, image, place }) => {
      if (repository === undefined || serves(environments, environment, repository, image)) return [];
      const others = environments.environments.filter(other =>
        serves(environments, other, repository, image),
      );
      const isBuild = image !== undefined && imageNamed(environments, image).source === repository;
      const owner = isBuild ? 'where builds are pushed' : others.map(({ name }) => `${name}'s`).join(', ');
      if (owner === '') return [];
      return [
        {
          place,
          message: `${repository} is ${owner}, not ${environment.name}'s`,
          hint:
            image === undefined
              ? `copy the image to ${environment.name}'s registry, and name it under \`images\``
              : `promote apply ${environment.name} writes ${environment.name}'s repository`,
        },
      ];
    }),
};

function serves(
  environments: Environments,
  { registries }: Environment,
  repository: RepositoryName,
  image: LintedPin['image'],
): boolean {
  return registries.some(registry => {
    if (image !== undefined) {
      const named = imageNamed(environments, image);
      if ([pushRepository(registry, named), pullRepository(registry, named)].includes(repository))
        return true;
    }
    return [registry.push, registry.pull].some(
      prefix => !prefix.includes('{image}') && image === undefined && repository.startsWith(`${prefix}/`),
    );
  });
}

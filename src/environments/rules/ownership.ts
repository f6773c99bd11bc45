import type { RepositoryName } from '../../oci/reference.ts';
import type { Image } from '../environments.ts';
import { normaliseDeployment, normaliseImage } from '../normalise/environments.ts';
import { type Placement, placeImage, placementsOf } from './placements.ts';
import type { Rule } from './rule.ts';

/** A repository belongs to one image, in all environments and among sources: pins are found by it. */
export const repositoriesHaveOneImage: Rule = ({ file }) => {
  const placements = placementsOf(file.environments);
  const owners = new Map<RepositoryName, string>();
  return Object.entries(file.images).flatMap(([name, written]) => {
    const repositories = repositoriesOf(normaliseImage(name, written), placements);
    const shared = repositories.find(repository => owners.has(repository));
    const owner = shared && owners.get(shared);
    for (const repository of repositories) owners.set(repository, owners.get(repository) ?? name);
    if (owner === undefined) return [];
    const message = `images ${owner} and ${name} share the repository ${shared}`;
    return [
      { path: ['images', name], at: 'key', message, hint: 'give each its own `source` and `repository`' },
    ];
  });
};

/** A glob of deployment files belongs to one environment of their repository and branch. */
export const filesHaveOneEnvironment: Rule = ({ file }) => {
  const owners = new Map<string, string>();
  return Object.entries(file.environments).flatMap(([name, environment]) => {
    const { repository, branch } = normaliseDeployment(environment, file);
    // An exclusion may separate them, which only the files themselves show.
    if (environment.exclude !== undefined || environment.files.some(glob => glob.startsWith('!'))) return [];
    return environment.files.flatMap((glob, index) => {
      const place = JSON.stringify([repository, branch, glob]);
      const owner = owners.get(place);
      owners.set(place, owner ?? name);
      if (owner === undefined) return [];
      const message = `${JSON.stringify(glob)} is among the files of ${owner} already`;
      const hint = 'a deployment file belongs to one environment';
      return [{ path: ['environments', name, 'files', index], at: 'value', message, hint }];
    });
  });
};

/** A place in a deployment file pins one image. */
export const pinRulesHaveOneImage: Rule = ({ file }) => {
  const owners = new Map<string, string>();
  return Object.entries(file.images).flatMap(([name, { pins = [] }]) =>
    pins.flatMap(({ files, path, pattern = path }, index) => {
      const place = JSON.stringify([files, pattern]);
      const owner = owners.get(place);
      owners.set(place, owner ?? name);
      if (owner === undefined) return [];
      const message = `${pattern} in ${JSON.stringify(files)} pins ${owner} already`;
      return [
        {
          path: ['images', name, 'pins', index, path === undefined ? 'pattern' : 'path'],
          at: 'value',
          message,
          hint: 'a pin holds one image',
        },
      ];
    }),
  );
};

/** The repositories that can be named; another rule reports the rest. */
function repositoriesOf(image: Image, placements: readonly Placement[]): readonly RepositoryName[] {
  const targets = placements.flatMap(({ registry }) => {
    const place = placeImage(registry, image);
    return 'refusal' in place ? [] : place;
  });
  return image.source === undefined ? targets : [image.source, ...targets];
}

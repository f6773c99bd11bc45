import type { RepositoryName } from '../../oci/reference.ts';
import type { Issue, Path } from '../diagnostics/issue.ts';
import { normaliseImage } from '../normalise/environments.ts';
import { placeImage, placementsOf } from './placements.ts';
import type { Judged, Rule } from './rule.ts';

/** Evidence of a repository is kept in one place, which holds no images of ours. */
export const evidenceHasOnePlace: Rule = ({ file }) => {
  const holders = imageRepositories(file);
  const places = new Map<RepositoryName, { readonly environment: string; readonly at: string }>();
  const told = new Set<string>();
  return settingsOf(file).flatMap(({ environment, path, repository }): readonly Issue[] => {
    const image = repository === undefined ? undefined : holders.get(repository);
    if (image !== undefined) {
      if (told.has(image)) return [];
      told.add(image);
      const message = `${repository} has the images of ${image}`;
      return [{ path, at: 'value', message, hint: 'name a repository that has evidence alone' }];
    }
    const at = repository ?? 'beside the images';
    for (const target of targetsOf(file, environment)) {
      const known = places.get(target) ?? { environment, at };
      places.set(target, known);
      if (known.at === at) continue;
      const message = `${environment} and ${known.environment} share ${target}, whose evidence would be in two places`;
      const hint = 'give both the same `signing.repository`, or each a registry of its own';
      return [{ path, at: 'key', message, hint }];
    }
    return [];
  });
};

interface Setting {
  readonly environment: string;
  readonly path: Path;
  readonly repository: RepositoryName | undefined;
}

/** Where each environment that signs keeps evidence. */
function settingsOf(file: Judged['file']): readonly Setting[] {
  return Object.entries(file.environments).flatMap(([environment, { signing: own }]) => {
    const signing = own ?? file.signing;
    if (signing === undefined) return [];
    const above = own === undefined ? ['signing'] : ['environments', environment, 'signing'];
    const { repository } = signing;
    return [{ environment, repository, path: repository === undefined ? above : [...above, 'repository'] }];
  });
}

/** Every repository of an image, with the image's name. */
export function imageRepositories(file: Judged['file']): ReadonlyMap<RepositoryName, string> {
  const placements = placementsOf(file.environments);
  return new Map(
    Object.entries(file.images).flatMap(([name, written]) => {
      const image = normaliseImage(name, written);
      const placed = placements.map(({ registry }) => placeImage(registry, image));
      const targets = placed.flatMap(place => ('refusal' in place ? [] : place));
      return [...targets, ...(image.source === undefined ? [] : [image.source])].map(
        repository => [repository, name] as const,
      );
    }),
  );
}

function targetsOf(file: Judged['file'], environment: string): readonly RepositoryName[] {
  const own = placementsOf(file.environments).filter(
    place => place.environment === environment && place.registry.isBackup !== true,
  );
  return Object.entries(file.images).flatMap(([name, written]) =>
    own.flatMap(({ registry }) => {
      const place = placeImage(registry, normaliseImage(name, written));
      return 'refusal' in place ? [] : place.slice(0, 1);
    }),
  );
}

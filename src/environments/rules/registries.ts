import type { Image, RegistryTarget } from '../environments.ts';
import { normaliseImage } from '../normalise/environments.ts';
import { placeholdersOf } from '../tags/tags.ts';
import { placeImage, placementsOf } from './placements.ts';
import type { Rule } from './rule.ts';

/** Every image has a place under every registry's `push` and `pull`. */
export const registriesPlaceImages: Rule = ({ file }) => {
  const images = Object.entries(file.images).map(([name, image]) => normaliseImage(name, image));
  return placementsOf(file.environments).flatMap(({ registry, path }) => {
    const message = refusalOf(registry, images);
    return message === undefined ? [] : [{ path, at: 'value', message, hint: hintFor(registry) }];
  });
};

/** At most one registry of an environment serves the files that no other one names. */
export const registriesShareFiles: Rule = ({ file }) => {
  const open = placementsOf(file.environments).filter(
    ({ registry }) => registry.files.length === 0 && registry.isBackup !== true,
  );
  const byEnvironment = Map.groupBy(open, ({ environment }) => environment);
  return [...byEnvironment.values()].flatMap(([, ...others]) =>
    others.map(({ path }) => ({
      path,
      at: 'value' as const,
      message: 'two registries without `files`: which of them would the pins name?',
      hint: 'say with `files` which deployment files are pinned to which registry',
    })),
  );
};

/** A backup is in another place than the images that it keeps a copy of. */
export const backupsAreElsewhere: Rule = ({ file }) => {
  const placements = placementsOf(file.environments);
  return placements.flatMap(({ environment, registry, path }) => {
    if (registry.isBackup !== true) return [];
    const own = placements.find(
      other =>
        other.environment === environment &&
        other.registry.isBackup !== true &&
        [other.registry.push, other.registry.pull].includes(registry.push),
    );
    if (own === undefined) return [];
    const message = `the backup of ${environment} is its own registry ${registry.push}`;
    return [{ path, at: 'value' as const, message, hint: 'name a registry that fails apart from that one' }];
  });
};

function refusalOf(registry: RegistryTarget, images: readonly Image[]): string | undefined {
  const unknown = [registry.push, registry.pull].flatMap(placeholdersOf).find(name => name !== 'image');
  if (unknown !== undefined) return `unknown placeholder {${unknown}} in a registry`;
  const schemed = schemedOf(registry);
  // The spelling of an image's reference would name the image's path too.
  if (schemed !== undefined) return `a registry has no scheme: ${JSON.stringify(schemed)}`;
  const places = images.map(image => placeImage(registry, image));
  return places.find(place => 'refusal' in place)?.refusal;
}

function schemedOf({ push, pull }: RegistryTarget): string | undefined {
  return [push, pull].find(text => text.includes('://'));
}

function hintFor(registry: RegistryTarget): string {
  const schemed = schemedOf(registry);
  if (schemed !== undefined) return `leave the scheme out: ${schemed.replace(/^[^:]*:\/\//, '')}`;
  return 'a registry reads host/path, host/{image}-suffix or oci:path';
}

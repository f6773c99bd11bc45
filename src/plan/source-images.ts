import type { Environment, Environments, Image } from '../environments/environments.ts';
import { pullRepository, pushRepository, registryForFile } from '../environments/locate.ts';
import type { Pin } from '../pins/pin.ts';
import { knownRepositories } from './image-pins.ts';
import { decidingPins } from './pin-target.ts';
import type { ImagePin, SourceImage } from './snapshot.ts';

/** The images that a source environment pins; pins with neither tag nor digest are left out. */
export function sourceImages(
  environments: Environments,
  source: Environment,
  pins: readonly ImagePin[],
): readonly SourceImage[] {
  return environments.images.flatMap(image =>
    decidingPins(pins, image.name).flatMap(({ pin, recorded, recordedTag, unproven }) => {
      const place = sourcePlace(environments, source, image, pin);
      const { digest = recorded, file, line } = pin;
      const tag = recordedTag ?? pin.tag;
      if (place === undefined || (tag === undefined && digest === undefined)) return [];
      return [
        {
          image: image.name,
          ...place,
          tag,
          digest,
          isResolved: pin.digest === undefined || undefined,
          origin: `${source.name} ${file}:${line}`,
          unproven,
        },
      ];
    }),
  );
}

/** The repository that a pin's image is in: the push name of a pull name; any other known name as it is. */
export function sourcePlace(
  environments: Environments,
  source: Environment,
  image: Image,
  pin: Pin,
): Pick<SourceImage, 'repository' | 'foreign'> | undefined {
  const written = pin.repository;
  const registry =
    written === undefined
      ? registryForFile(source, pin.file)
      : source.registries.find(entry => pullRepository(entry, image) === written);
  if (registry !== undefined) return { repository: pushRepository(registry, image) };
  if (written === undefined) return undefined;
  return knownRepositories(environments).has(written)
    ? { repository: written }
    : { repository: written, foreign: true };
}

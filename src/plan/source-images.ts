import type { Environment, Image } from '../environments/environments.ts';
import { pullRepository, pushRepository, registryForFile } from '../environments/locate.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin } from '../pins/pin.ts';
import type { ImagePin, SourceImage } from './snapshot.ts';

/** What the pins of a source environment name of the images; pins that name neither tag nor digest are left out. */
export function sourceImages(
  source: Environment,
  images: readonly Image[],
  pins: readonly ImagePin[],
): readonly SourceImage[] {
  return images.flatMap(image =>
    pins
      .filter(pin => pin.image === image.name)
      .flatMap(({ pin }) => {
        const repository = sourceRepository(source, image, pin);
        const { tag, digest, file, line } = pin;
        if (repository === undefined || (tag === undefined && digest === undefined)) return [];
        return [
          {
            image: image.name,
            repository,
            ...(tag === undefined ? {} : { tag }),
            ...(digest === undefined ? {} : { digest }),
            origin: `${source.name} ${file}:${line}`,
          },
        ];
      }),
  );
}

/** Where a pin's bytes lie: a pulled name is pushed elsewhere; a name of no registry of ours is taken as it stands. */
function sourceRepository(source: Environment, image: Image, pin: Pin): RepositoryName | undefined {
  const written = pin.repository;
  const registry =
    written === undefined
      ? registryForFile(source, pin.file)
      : source.registries.find(entry => pullRepository(entry, image) === written);
  return registry === undefined ? written : pushRepository(registry, image);
}

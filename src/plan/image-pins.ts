import type { Environments, PinRule } from '../environments/environments.ts';
import { matchesGlob, pullRepository, pushRepository } from '../environments/locate.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { findPins } from '../pins/find.ts';
import type { PinPath } from '../pins/pin.ts';
import type { ImagePin } from './snapshot.ts';

/** The pins of known images in the files' texts: any repository the environments file knows for an image matches. */
export function imagePins(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
): readonly ImagePin[] {
  const read = pinReader(environments);
  return [...texts].flatMap(([file, text]) => read(file, text));
}

/** Reads one text after another; what the environments file says is looked up once. */
export function pinReader(environments: Environments): (file: string, text: string) => readonly ImagePin[] {
  const known = knownRepositories(environments);
  return (file, text) =>
    findPins(file, text, pinPaths(environments, file)).flatMap(pin => {
      const image = pin.image ?? (pin.repository === undefined ? undefined : known.get(pin.repository));
      return image === undefined ? [] : [{ image, pin }];
    });
}

/** The `pins` rules that apply to a file. */
export function pinPaths({ images }: Environments, file: string): readonly PinPath[] {
  const applies = ({ files }: PinRule) => matchesGlob(file, files);
  return images.flatMap(({ name, pins }) =>
    pins.filter(applies).map(({ path, kind }) => ({ image: name, path, kind })),
  );
}

/** Every repository that the environments file knows, and the image that lies there. */
export function knownRepositories({
  images,
  environments,
}: Environments): ReadonlyMap<RepositoryName, string> {
  const registries = environments.flatMap(environment => environment.registries);
  const placed = images.flatMap(image => {
    const repositories = registries.flatMap(entry => [
      pushRepository(entry, image),
      pullRepository(entry, image),
    ]);
    return [...repositories, ...(image.source === undefined ? [] : [image.source])].map(
      repository => [repository, image.name] as const,
    );
  });
  return new Map(placed);
}

import type { Environment, Environments, Image } from '../environments/environments.ts';
import { imageNamed, pullRepository, pushRepository, registryForFile } from '../environments/locate.ts';
import { type FilledTag, pinTag } from '../environments/tags/tags.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin, PinForm, PinTarget } from '../pins/pin.ts';
import type { ImagePin } from './snapshot.ts';

/** The values that a promotion writes into an image's pins. */
export interface Wanted {
  readonly digest: Digest;
  readonly tags: readonly FilledTag[];
  /** The semantic version in the source's tag, else of the image's annotation. */
  readonly version: string | undefined;
}

/** The form of a pin: its rule's, else its image's, else its environment's. */
export function formOf(environment: Environment, image: Image, { form }: Pick<Pin, 'form'>): PinForm {
  return form ?? image.pin ?? environment.pin ?? 'digest';
}

/** The pins that say which image runs. A version beside others only says its name; alone it decides. */
export function decidingPins(pins: readonly ImagePin[], image: string): readonly ImagePin[] {
  const own = pins.filter(known => known.image === image);
  const deciding = own.filter(({ pin }) => pin.form !== 'version');
  return deciding.length > 0 ? deciding : own;
}

/** Whether a pin is written without a digest, so that only our record says which one it means. */
export function isByTag(environments: Environments, environment: Environment, known: ImagePin): boolean {
  const form = formOf(environment, imageNamed(environments, known.image), known.pin);
  return form === 'tag' || form === 'version';
}

/** Whether our record says which digest the pin means: it is by tag, or a chart's version with no place for one. */
export function meansRecord(environments: Environments, environment: Environment, known: ImagePin): boolean {
  return known.pin.undigested === true || isByTag(environments, environment, known);
}

/** What a pin of the form contains. */
export function formed(form: PinForm, target: PinTarget, version: string | undefined): PinTarget {
  const { repository, tag } = target;
  switch (form) {
    case 'digest':
      return target;
    case 'repository':
      return { ...target, digestOn: 'repository' };
    case 'tag':
      return { repository, tag };
    case 'version':
      return { repository, tag: version };
  }
}

/** The new content of a pin. */
export function pinTarget(image: Image, environment: Environment, pin: Pin, wanted: Wanted): PinTarget {
  const repository = targetPull(image, environment, pin);
  const target = { repository, tag: pinTag(wanted.tags), digest: wanted.digest };
  return formed(formOf(environment, image, pin), target, wanted.version);
}

/** The repository that a pin names; a pin that names one of the environment's registries keeps it. */
export function targetPull(
  image: Image,
  environment: Environment,
  pin: Pick<Pin, 'file' | 'repository'>,
): RepositoryName {
  const known = environment.registries.flatMap(entry => [
    pullRepository(entry, image),
    pushRepository(entry, image),
  ]);
  if (pin.repository !== undefined && known.includes(pin.repository)) return pin.repository;
  const registry = registryForFile(environment, pin.file);
  if (registry) return pullRepository(registry, image);
  throw new PromoteError(
    'CONFIGURATION',
    `${pin.file}: pins ${image.name} for ${environment.name}, but no registry entry's files match it`,
    { hint: `add the file to the files of one of environments.${environment.name}.registry` },
  );
}

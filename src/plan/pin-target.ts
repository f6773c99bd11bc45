import type { Environment, Image } from '../environments/environments.ts';
import { pullRepository, pushRepository, registryForFile } from '../environments/locate.ts';
import { type FilledTag, pinTag } from '../environments/tags/tags.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import type { Pin, PinForm, PinTarget } from '../pins/pin.ts';

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

/** Whether a pin says which image runs; a separate version only says its name. */
export function decides({ form }: Pick<Pin, 'form'>): boolean {
  return form !== 'version';
}

/** The new content of a pin. */
export function pinTarget(image: Image, environment: Environment, pin: Pin, wanted: Wanted): PinTarget {
  const repository = targetPull(image, environment, pin);
  const { digest, version } = wanted;
  const tag = pinTag(wanted.tags);
  switch (formOf(environment, image, pin)) {
    case 'tag':
      return { repository, tag };
    case 'version':
      return { repository, tag: version };
    case 'digest':
    case 'repository':
      return { repository, tag, digest };
  }
}

/** Why a pin cannot have its new content; `undefined` if it can. */
export function unwritable(
  image: Image,
  environment: Environment,
  pin: Pin,
  wanted: Wanted,
): { readonly reason: string; readonly hint: string } | undefined {
  const place = `${pin.file}:${pin.line}`;
  if (formOf(environment, image, pin) === 'version' && wanted.version === undefined) {
    return {
      reason: `${place} holds a version, and the build names none`,
      hint: 'give the build a tag with a semantic version, or the annotation org.opencontainers.image.version',
    };
  }
  return undefined;
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

import type { Environments, PinRule } from '../environments/environments.ts';
import { matchesGlob, pullRepository, pushRepository } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { editPins } from '../pins/edit.ts';
import { findPins } from '../pins/find.ts';
import { isCiFile } from '../pins/formats.ts';
import { createKnown } from '../pins/known.ts';
import { findMentions } from '../pins/mentions/find-mentions.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { Pin, PinChange, PinPath } from '../pins/pin.ts';
import { readFile } from '../pins/read.ts';
import type { ImagePin } from './snapshot.ts';

/** Reads and edits the pins of deployment files as an environments file has them; what that says is looked up once. */
export interface PinReader {
  /** A file's pins, those of unknown repositories among them. Throws as `readFile` does. */
  readonly pins: (file: string, text: string) => readonly Pin[];
  /** A file's pins of known images: any repository that the environments file knows for an image matches. */
  readonly imagePins: (file: string, text: string) => readonly ImagePin[];
  /** A file's mentions of known images outside of pins. Throws as `readFile` does. */
  readonly mentions: (file: string, text: string) => readonly Mention[];
  /** The text with the changes made. Throws as `editPins` does. */
  readonly edit: (file: string, text: string, changes: readonly PinChange[]) => string;
}

/** A reader for the environments file. */
export function pinReader(environments: Environments): PinReader {
  const images = knownRepositories(environments);
  const around = { known: createKnown(images) };
  const pins = (file: string, text: string) => findPins(file, text, pinPaths(environments, file), around);
  return {
    pins,
    imagePins: (file, text) =>
      pins(file, text).flatMap(pin => {
        const image = pin.image ?? (pin.repository === undefined ? undefined : images.get(pin.repository));
        return image === undefined ? [] : [{ image, pin }];
      }),
    mentions: (file, text) => {
      if (!around.known.mayNameOne(text)) return [];
      const reading = readFile(file, text, pinPaths(environments, file), around);
      return findMentions(isCiFile(file) ? { ...reading, sites: [] } : reading, around.known);
    },
    edit: (file, text, changes) => editPins(file, text, changes, pinPaths(environments, file), around),
  };
}

/** The pins of known images in the files' texts. Throws one `INVALID` that names every file that cannot be read. */
export function imagePins(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
): readonly ImagePin[] {
  const { imagePins: read } = pinReader(environments);
  const unread: PromoteError[] = [];
  const pins = [...texts].flatMap(([file, text]) => {
    try {
      return read(file, text);
    } catch (error) {
      if (!(error instanceof PromoteError) || !isUnreadable(error)) throw error;
      unread.push(error);
      return [];
    }
  });
  const [first, ...others] = unread;
  if (first === undefined) return pins;
  if (others.length === 0) throw first;
  const reasons = unread.map(
    ({ message, hint }) => `\n  ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
  throw new PromoteError(
    first.code,
    `${unread.length} deployment files may hold a pin and cannot be read:${reasons.join('')}`,
    { hint: 'correct them, or leave them out of the environment’s `files`' },
  );
}

function isUnreadable({ code }: PromoteError): boolean {
  return code === 'INVALID' || code === 'TOO_LARGE';
}

/** The mentions of known images outside of pins in the files' texts. */
export function imageMentions(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
): readonly Mention[] {
  const { mentions } = pinReader(environments);
  return [...texts].flatMap(([file, text]) => mentions(file, text));
}

/** The `pins` rules that apply to a file. */
export function pinPaths({ images }: Environments, file: string): readonly PinPath[] {
  const applies = ({ files }: PinRule) => matchesGlob(file, files);
  return images.flatMap(({ name, pins }) =>
    pins.filter(applies).map(({ files: _, ...rule }) => ({ image: name, ...rule })),
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

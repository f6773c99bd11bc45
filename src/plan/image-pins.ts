import type { Environment, Environments, PinRule } from '../environments/environments.ts';
import {
  imageNamed,
  matchesGlob,
  placesIn,
  pullRepository,
  pushRepository,
  registryForFile,
} from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { editPins } from '../pins/edit.ts';
import { findPins } from '../pins/find.ts';
import { isCiFile } from '../pins/formats.ts';
import { createKnown, type Known } from '../pins/known.ts';
import { findMentions, type Surroundings } from '../pins/mentions/find-mentions.ts';
import type { Mention } from '../pins/mentions/mention.ts';
import type { Pin, PinChange, PinPath } from '../pins/pin.ts';
import { requirePlaces } from '../pins/places/places.ts';
import { readFile } from '../pins/read.ts';
import type { Files, Implied } from '../pins/together/implied.ts';
import { impliedPins } from '../pins/together/together.ts';
import { targetPull } from './pin-target.ts';
import type { ImagePin } from './snapshot.ts';

/** Reads and edits pins of deployment files by the rules of an environments file, which are looked up once. */
export interface PinReader {
  /** All pins of a file, of unknown repositories too. Throws as `readFile` does. */
  readonly pins: (file: string, text: string) => readonly Pin[];
  /** A file's pins of known images: any repository that the environments file knows for an image matches. */
  readonly imagePins: (file: string, text: string) => readonly ImagePin[];
  /** A file's mentions of known images outside of pins. Throws as `readFile` does. */
  readonly mentions: (file: string, text: string, around?: Surroundings) => readonly Mention[];
  /** The text with the changes made. Throws as `editPins` does. */
  readonly edit: (file: string, text: string, changes: readonly PinChange[]) => string;
}

/** A reader for the environments file. */
export function pinReader(environments: Environments): PinReader {
  const known = knownIn(environments);
  const { images } = known;
  const around = (file: string) => ({
    known,
    places: claimedPlaces(environments, file),
    entries: environments.entries?.get(file),
  });
  const pins = (file: string, text: string) =>
    findPins(file, text, pinPaths(environments, file), around(file));
  return {
    pins,
    imagePins: (file, text) =>
      pins(file, text).flatMap(pin => {
        const image = pin.image ?? (pin.repository === undefined ? undefined : images.get(pin.repository));
        return image === undefined ? [] : [{ image, pin }];
      }),
    mentions: (file, text, surroundings) => {
      if (!known.mayNameOne(text)) return [];
      const reading = readFile(file, text, pinPaths(environments, file), around(file));
      const ours = isCiFile(file) ? { ...reading, sites: [] } : reading;
      return findMentions(ours, known, surroundings);
    },
    edit: (file, text, changes) => editPins(file, text, changes, pinPaths(environments, file), around(file)),
  };
}

/**
 * The pins of known images in the texts of an environment's files. Throws one `INVALID` that names every file that
 * cannot be read.
 */
export function imagePins(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
): readonly ImagePin[] {
  const { pins, unreadable } = readablePins(environments, environment, texts);
  requireReadable(unreadable);
  return pins;
}

/** A file that may hold a pin and cannot be read. */
export interface UnreadableFile {
  readonly file: string;
  readonly error: PromoteError;
}

/** The pins of an environment's files that can be read, and the other files. */
export function readablePins(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
): { readonly pins: readonly ImagePin[]; readonly unreadable: readonly UnreadableFile[] } {
  const { imagePins: read } = pinReader(environments);
  const unreadable: UnreadableFile[] = [];
  const pins = [...texts].flatMap(([file, text]) => {
    try {
      requirePlaces(file, text, placesIn(environment, file) ?? []);
      return read(file, text).filter(({ pin }) => isOwn(environment, pin));
    } catch (error) {
      if (!(error instanceof PromoteError) || !isUnreadable(error)) throw error;
      unreadable.push({ file, error });
      return [];
    }
  });
  return { pins, unreadable };
}

/** Throws one error that names every such file, and what is wrong with each. */
export function requireReadable(unreadable: readonly UnreadableFile[]): void {
  const [first, ...others] = unreadable;
  if (first === undefined) return;
  if (others.length === 0) throw first.error;
  const reasons = unreadable.map(({ error }) => `\n  ${unreadableText(error)}`);
  throw new PromoteError(
    first.error.code,
    `${unreadable.length} deployment files may hold a pin and cannot be read:${reasons.join('')}`,
    { hint: 'correct them, or leave them out of the environment’s `files`' },
  );
}

/** What is wrong with such a file and what cures it, in one line. */
export function unreadableText({ message, hint }: PromoteError): string {
  return `${message}${hint === undefined ? '' : ` (${hint})`}`;
}

function isUnreadable({ code }: PromoteError): boolean {
  return code === 'INVALID' || code === 'TOO_LARGE';
}

/**
 * The mentions of known images outside of pins in an environment's files, with those that `implied` reports.
 * A mention outside of all places of a shared file concerns each environment of the file.
 */
export function imageMentions(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
  implied?: Implied,
): readonly Mention[] {
  const { mentions } = pinReader(environments);
  const found = [...texts].flatMap(([file, text]) =>
    mentions(file, text, {
      registries: implied?.registries.get(file),
      settled: implied?.settled.get(file),
    }),
  );
  return [...found.filter(mention => concerns(environment, mention)), ...(implied?.reported ?? [])];
}

/** Whether a place in one of the environment's files belongs to it, not to another one that shares it. */
export function isOwn(environment: Environment, { file, at }: Pick<Pin, 'file' | 'at'>): boolean {
  const places = placesIn(environment, file);
  return places === undefined || (at !== undefined && places.includes(at));
}

/** Whether a mention concerns the environment; one outside of all places of a shared file concerns each. */
export function concerns(environment: Environment, mention: Mention): boolean {
  return mention.at === undefined || isOwn(environment, mention);
}

/** The parts of a file that environments claim. */
export function claimedPlaces({ environments }: Environments, file: string): readonly string[] {
  return [...new Set(environments.flatMap(environment => placesIn(environment, file) ?? []))];
}

/** What an environment's files imply together; `beside`: files that decide too, and are not its own. */
export function impliedBy(
  environments: Environments,
  environment: Environment,
  texts: ReadonlyMap<string, string>,
  beside: ReadonlyMap<string, string>,
  charts?: Files['charts'],
): Implied {
  const known = knownIn(environments);
  return impliedPins({
    texts,
    beside,
    charts,
    known,
    addImages: environment.addImages,
    hasRule: (file, image) => pinPaths(environments, file).some(rule => rule.image === image),
    isTarget: (file, repository) => {
      const image = known.images.get(repository);
      if (image === undefined || registryForFile(environment, file) === undefined) return false;
      const pin = { file, repository };
      return targetPull(imageNamed(environments, image), environment, pin) === repository;
    },
  });
}

/** The `pins` rules that apply to a file, those that other files imply among them. */
export function pinPaths({ images, implied = [] }: Environments, file: string): readonly PinPath[] {
  const applies = ({ files }: PinRule) => matchesGlob(file, files);
  const written = withRules(images).flatMap(({ name, pins }) =>
    pins.filter(applies).map(({ files: _, ...rule }) => ({ image: name, ...rule })),
  );
  const isWritten = (path: string | undefined) => written.some(rule => rule.path === path);
  return [...written, ...implied.filter(rule => rule.file === file && !isWritten(rule.path))];
}

/** The images with rules, which are few; every file of a run asks for them. */
const RULED = new WeakMap<Environments['images'], Environments['images']>();

function withRules(images: Environments['images']): Environments['images'] {
  const ruled = RULED.get(images) ?? images.filter(({ pins }) => pins.length > 0);
  RULED.set(images, ruled);
  return ruled;
}

/** What the environments file knows, prepared once for each environments file. */
export function knownIn(environments: Environments): Known {
  const known = KNOWN.get(environments) ?? createKnown(knownRepositories(environments));
  KNOWN.set(environments, known);
  return known;
}

const KNOWN = new WeakMap<Environments, Known>();

/** Every repository that the environments file knows, with its image. */
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

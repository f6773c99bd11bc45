import { createHash } from 'node:crypto';
import type { Environment, Environments } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import { parseRepositoryName } from '../oci/reference.ts';
import type { Pin, PinChange } from '../pins/pin.ts';
import { pinValue } from '../pins/value.ts';
import type { Candidate } from './candidates.ts';
import { isOwn, pinReader } from './image-pins.ts';
import { isByTag } from './pin-target.ts';
import type { ImagePin } from './snapshot.ts';

/** A commit's tree by path: mode and object, `100644 <blob>` for a file, as Git lists them. */
export type Tree = ReadonlyMap<string, string>;

/** The paths at which two trees differ. */
export function changedPaths(before: Tree, after: Tree): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter(path => before.get(path) !== after.get(path));
}

/** The mode at a path, such as `100644`; `undefined` if there is nothing. */
export function modeAt(tree: Tree, path: string): string | undefined {
  return tree.get(path)?.split(' ')[0];
}

/**
 * Whether the second tree is the first with exactly these texts in these files. Modes and links must stay as they are,
 * and a new file must be a plain one.
 */
export function isExactly(before: Tree, after: Tree, files: ReadonlyMap<string, string>): boolean {
  const changed = changedPaths(before, after);
  return (
    changed.length === files.size &&
    changed.every(path => {
      const text = files.get(path);
      const mode = modeAt(before, path) ?? '100644';
      const [, blob = ''] = after.get(path)?.split(' ') ?? [];
      return text !== undefined && after.get(path) === `${mode} ${blobName(text, blob)}`;
    })
  );
}

/** Whether each pin that the candidates edit has the value that the edit starts from. */
export function startsAsPlanned(
  environments: Environments,
  members: readonly Candidate[],
  texts: ReadonlyMap<string, string>,
): boolean {
  const wanted = Map.groupBy(
    members.flatMap(({ pins }) => pins.map(({ pin }) => pin)),
    ({ file }) => file,
  );
  const reader = pinReader(environments);
  return [...wanted].every(([file, pins]) => {
    const found = reader.pins(file, texts.get(file) ?? '');
    const held = new Map(found.map(pin => [pin.locator, pinValue(pin)]));
    return pins.every(pin => held.get(pin.locator) === pinValue(pin));
  });
}

/** Whether two texts differ only in the digests of the environment's pins, or in the tags of pins by tag. */
export function differsInPins(
  environments: Environments,
  environment: Environment,
  file: string,
  { before, after }: { readonly before: string; readonly after: string },
): boolean {
  const reader = pinReader(environments);
  try {
    const old = new Map(reader.pins(file, before).map(pin => [pin.locator, pinValue(pin)]));
    const byTag = new Set(
      reader
        .imagePins(file, after)
        .flatMap(known => (isByTag(environments, environment, known) ? [known.pin.locator] : [])),
    );
    const changes = reader
      .pins(file, after)
      .filter(pin => isOwn(environment, pin))
      .filter(pin => old.has(pin.locator) && old.get(pin.locator) !== pinValue(pin))
      .flatMap(({ locator, repository = UNNAMED, tag, digest }): readonly PinChange[] =>
        digest === undefined && !byTag.has(locator) ? [] : [{ locator, target: { repository, tag, digest } }],
      );
    return reader.edit(file, before, changes) === after;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return false;
    throw error;
  }
}

/** The images whose pins have another digest, or by tag another tag, each with its first changed pin. */
export function changedPins(
  before: readonly ImagePin[],
  after: readonly ImagePin[],
  byTag: (known: ImagePin) => boolean,
): ReadonlyMap<string, Pin> {
  const places = new Map(before.map(({ pin }) => [placeOf(pin), pinValue(pin)]));
  const changed = after.flatMap(known => {
    const { image, pin } = known;
    const isUnknown = pin.digest === undefined && !byTag(known);
    return isUnknown || places.get(placeOf(pin)) === pinValue(pin) ? [] : [[image, pin] as const];
  });
  return new Map(changed.toReversed());
}

/** A placeholder if a file names no repository; an edit then writes none. */
const UNNAMED = parseRepositoryName('unnamed');

/** Git's object name of a blob of this text, with the hash that the other name was made with. */
function blobName(text: string, { length }: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const hash = createHash(length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function placeOf({ file, locator }: Pin): string {
  return `${file}\n${locator}`;
}

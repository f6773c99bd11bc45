import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { commandOn } from '../../plan/invocation.ts';
import { leftBehind, mentionCure } from '../../plan/left-behind.ts';
import { decidingPins } from '../../plan/pin-target.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import { sourceImages } from '../../plan/source-images.ts';
import type { PinnedFiles } from '../../proposals/run.ts';
import type { Effects } from '../../run/effects.ts';
import { findPinnedSince } from '../../run/pinned-since.ts';
import { readPins } from '../../run/read-pins.ts';
import { withRecords } from '../../run/recorded-pins.ts';

/** The environment whose pins are read. */
export interface Surveying {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
}

/** A digest that an environment pins, and its repositories. */
export interface PinnedImage {
  readonly image: string;
  readonly digest: Digest;
  readonly tag?: string | undefined;
  /** The environment's repositories that have the digest. */
  readonly repositories: readonly RepositoryName[];
  readonly places: readonly { readonly file: string; readonly line: number }[];
  /** When it was pinned; absent if the history does not show this. */
  readonly since?: Date | undefined;
}

/** What an environment pins, and errors that may hide more pins. */
export interface PinnedImages {
  readonly files: PinnedFiles;
  readonly images: readonly PinnedImage[];
  readonly gaps: readonly PromoteError[];
}

/** Reads the digests that an environment pins at the head of its branch. */
export async function readPinned(at: Surveying): Promise<PinnedImages> {
  const { environments, environment } = at;
  const files = await readPins(at);
  const pins = await withRecords(at, files.pins);
  const found = sourceImages(environments, environment, pins);
  const known = found.flatMap(({ foreign, digest, ...rest }) =>
    foreign || digest === undefined ? [] : [{ ...rest, digest }],
  );
  const since = await readSince(files, environment, pins);
  const images = [...Map.groupBy(known, ({ image, digest }) => `${image}@${digest}`)].flatMap(
    ([key, own]): readonly PinnedImage[] => {
      const [first] = own;
      if (first === undefined) return [];
      const { image, digest } = first;
      const holding = decidingPins(pins, image).filter(pin => digestOf(pin) === digest);
      const places = holding.map(({ pin: { file, line } }) => ({ file, line }));
      const repositories = [...new Set(own.map(({ repository }) => repository))];
      const tag = own.find(one => one.tag !== undefined)?.tag;
      return [{ image, digest, tag, repositories, places, since: since.get(key) }];
    },
  );
  const gaps = [
    ...files.unreadable.map(({ error }) => error),
    ...leftBehind(files.mentions).map(mention => {
      const { file, line, text } = mention;
      const message = `${file}:${line} names ${text} outside of a pin, so what runs of it is not known`;
      return new PromoteError('INVALID', message, { hint: mentionCure(mention) });
    }),
    ...found.flatMap(one => (one.foreign ? [foreignAt(one)] : [])),
    ...environments.images.flatMap(({ name }) =>
      decidingPins(pins, name).flatMap(pin => unknownAt(environments, pin)),
    ),
  ];
  return { files, images, gaps };
}

function digestOf({ pin, recorded }: ImagePin): Digest | undefined {
  return pin.digest ?? recorded;
}

function unknownAt(environments: Environments, known: ImagePin): readonly PromoteError[] {
  if (digestOf(known) !== undefined || known.pin.form === 'version') return [];
  const { file, line } = known.pin;
  const message =
    known.unproven?.reason ?? `${file}:${line} is written without a digest, so what runs is not known`;
  const hint =
    known.unproven?.hint ?? `pin the digest: ${commandOn(environments, 'check', '--lint', '--fix')}`;
  return [new PromoteError('INVALID', message, { hint })];
}

function foreignAt({ origin, repository }: { readonly origin: string; readonly repository: string }) {
  const message = `${origin} pins ${repository}, which the environments file does not know, so it was not asked`;
  const hint = "correct the pin, or name the repository in the environment's `registry`";
  return new PromoteError('INVALID', message, { hint });
}

/** The times since when digests are pinned, by `image@digest`; with several files, the first. */
async function readSince(
  files: PinnedFiles,
  environment: Environment,
  pins: readonly ImagePin[],
): Promise<ReadonlyMap<string, Date>> {
  const wanted = [...new Set(pins.map(({ image }) => image))].flatMap(image => {
    const deciding = decidingPins(pins, image);
    const [digest, ...others] = [...new Set(deciding.map(digestOf))];
    // If an image has several digests, a file's history does not show when each was pinned.
    return digest === undefined || others.length > 0 ? [] : [{ image, digest, pins: deciding }];
  });
  const found = await findPinnedSince(files, environment, wanted);
  return new Map(
    wanted.flatMap(({ image, digest }) => {
      const times = (found.get(image) ?? []).map(({ date }) => date.getTime());
      return times.length === 0 ? [] : [[`${image}@${digest}`, new Date(Math.min(...times))] as const];
    }),
  );
}

import type { Image } from '../environments/environments.ts';
import { originText, sourceNames } from '../environments/image-origin.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError, throwAll } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import { requireReadable } from '../plan/image-pins.ts';
import { againWith } from '../plan/request.ts';
import type { SourceImage } from '../plan/snapshot.ts';
import { sourceImages } from '../plan/source-images.ts';
import { readFor } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { readPins } from '../run/read-pins.ts';
import { withRecords } from '../run/recorded-pins.ts';
import type { Run } from '../run/run.ts';

/**
 * The source of every image: builds and overrides that the caller names, else the source environment's pins.
 * A source without a digest is resolved at its registry; errors are noted in `failures`.
 */
export async function findSources(
  run: Run,
  failures: Map<string, PromoteError>,
): Promise<readonly SourceImage[]> {
  const { effects, environments, environment, request } = run;
  const named = [...request.images].filter((entry): entry is [string, string] => entry[1] !== undefined);
  // With any of several sources, the caller may name one that pins the image; this overrides nothing.
  const mayChoose = environment.from.kind === 'environments' && environment.from.need === 'any';
  const overridden = new Set(named.map(([name]) => name));
  const wanted = environments.images.filter(({ name }) =>
    overridden.has(name) ? mayChoose : request.images.size === 0 || request.images.has(name),
  );
  const listed = wanted.length === 0 ? [] : await pinnedSources(run, wanted);
  const chosen = named.flatMap(([name, text]) => listed.filter(source => isChosen(source, name, text)));
  const others = named.filter(([name]) => !chosen.some(({ image }) => image === name));
  throwAll(
    environment.name,
    others.flatMap(([name, text]) => misnamed(run, name, text) ?? []),
  );
  const builds = others.map(([image, text]) => ({ image, ...parseReference(text), origin: text }));
  const pinned = [...chosen, ...listed.filter(({ image }) => !overridden.has(image))];
  const resolved = [...builds, ...pinned].map(async source => {
    return (await readFor(failures, source.image, async () => withDigest(effects, source))) ?? source;
  });
  const sources = await Promise.all(resolved);
  throwAll(
    environment.name,
    sources.filter(({ image }) => overridden.has(image) && !failures.has(image)).flatMap(missing),
  );
  return sources;
}

/** The error in a reference that the caller names for an image, if there is one. */
function misnamed(
  { environments, environment, request }: Run,
  name: string,
  text: string,
): PromoteError | undefined {
  const image = environments.images.find(known => known.name === name);
  const reference = parseReference(text);
  if (reference.tag === undefined && reference.digest === undefined) {
    return new PromoteError('USAGE', `${name}: ${text} names neither tag nor digest`, {
      hint: 'name the build as repository:tag or repository@sha256:…',
    });
  }
  if (environment.from.kind !== 'build' && !request.allowDirect) {
    const sources = originText(environment.from);
    return new PromoteError('USAGE', `${environment.name} takes ${name} from ${sources}, not from ${text}`, {
      hint: `leave the reference out, or skip ${sources}: ${againWith(request, '--allow-direct')} (allow-direct in an action)`,
    });
  }
  if (
    environment.from.kind === 'build' &&
    image?.source !== undefined &&
    image.source !== reference.repository
  ) {
    return new PromoteError('USAGE', `${name} is built at ${image.source}, not at ${reference.repository}`, {
      hint: `push the build there, or change images.${name}.source`,
    });
  }
  return undefined;
}

/** Whether the caller named what this source pins. */
function isChosen({ image, repository, tag, digest }: SourceImage, name: string, text: string): boolean {
  const named = parseReference(text);
  if (image !== name || repository !== named.repository) return false;
  return named.digest === undefined ? tag !== undefined && tag === named.tag : digest === named.digest;
}

async function pinnedSources(run: Run, images: readonly Image[]): Promise<readonly SourceImage[]> {
  const { environments, environment } = run;
  const wanted = new Set(images.map(image => image.name));
  const isSeveral = environment.from.kind === 'environments';
  const read = sourceNames(environment.from).map(async (name): Promise<readonly SourceImage[]> => {
    const source = environmentNamed(environments, name);
    const { pins, unreadable } = await readPins({ ...run, environment: source });
    requireReadable(unreadable);
    const own = pins.filter(({ image }) => wanted.has(image));
    const pinned = sourceImages(
      environments,
      source,
      await withRecords({ ...run, environment: source }, own),
    );
    return isSeveral ? pinned.map(one => ({ ...one, environment: name })) : pinned;
  });
  return (await Promise.all(read)).flat();
}

async function withDigest(effects: Effects, source: SourceImage): Promise<SourceImage> {
  const { digest, tag, repository, origin, image, foreign, unproven } = source;
  const found =
    digest || foreign || unproven || tag === undefined
      ? undefined
      : await effects.store(repository).head(tag);
  if (found === undefined) return source;
  effects.log(`${image}: ${origin} is ${shortDigest(found.digest)} now; it names no digest itself`);
  return { ...source, digest: found.digest, isResolved: true };
}

function missing({ image, digest, origin }: SourceImage): readonly PromoteError[] {
  if (digest) return [];
  return [
    new PromoteError('NOT_FOUND', `${image}: there is no image ${origin}`, {
      hint: 'push the build first, or correct the tag',
    }),
  ];
}

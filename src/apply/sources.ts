import type { Image } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError, throwAll } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import { requireReadable } from '../plan/image-pins.ts';
import { againWith } from '../plan/request.ts';
import type { SourceImage } from '../plan/snapshot.ts';
import { sourceImages } from '../plan/source-images.ts';
import { readFor } from './contain.ts';
import type { Effects } from './effects.ts';
import { readPins } from './read-pins.ts';
import { withRecords } from './recorded-pins.ts';
import type { Run } from './run.ts';

/**
 * The source of every image: builds and overrides that the caller names, else the source environment's pins. A source
 * without a digest is resolved at its registry; errors are noted in `failures`.
 */
export async function findSources(
  run: Run,
  failures: Map<string, PromoteError>,
): Promise<readonly SourceImage[]> {
  const { effects, environments, environment, request } = run;
  const named = [...request.images].filter((entry): entry is [string, string] => entry[1] !== undefined);
  throwAll(
    environment.name,
    named.flatMap(([name, text]) => misnamed(run, name, text) ?? []),
  );
  const builds = named.map(([image, text]) => ({ image, ...parseReference(text), origin: text }));
  const overridden = new Set(named.map(([name]) => name));
  const wanted = environments.images.filter(
    ({ name }) => !overridden.has(name) && (request.images.size === 0 || request.images.has(name)),
  );
  const pinned =
    environment.from.kind === 'build' || wanted.length === 0
      ? []
      : await pinnedSources(run, environment.from.name, wanted);
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

/** What is wrong with a reference that the caller names for an image. */
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
  if (environment.from.kind === 'environment' && !request.allowDirect) {
    return new PromoteError(
      'USAGE',
      `${environment.name} takes ${name} from ${environment.from.name}, not from ${text}`,
      {
        hint: `leave the reference out, or pass ${environment.from.name} by: ${againWith(request, '--allow-direct')} (allow-direct in an action)`,
      },
    );
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

async function pinnedSources(
  run: Run,
  name: string,
  images: readonly Image[],
): Promise<readonly SourceImage[]> {
  const { environments } = run;
  const source = environmentNamed(environments, name);
  const { pins, unreadable } = await readPins({ ...run, environment: source });
  requireReadable(unreadable);
  const wanted = new Set(images.map(image => image.name));
  const own = pins.filter(({ image }) => wanted.has(image));
  return sourceImages(environments, source, await withRecords({ ...run, environment: source }, own));
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

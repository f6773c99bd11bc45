import type { Environment, Environments } from '../../environments/environments.ts';
import { pullRepository, pushRepository } from '../../environments/locate.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Mention } from '../../pins/mentions/mention.ts';
import type { Pin } from '../../pins/pin.ts';
import { pinPaths, pinReader, type UnreadableFile, unreadableText } from '../image-pins.ts';
import { mentionCure } from '../left-behind.ts';
import type { ImagePin } from '../snapshot.ts';
import { commonName } from './common-name.ts';
import { nearMisses } from './near-misses.ts';

/** A place in a deployment file, and why promotions change it or leave it. */
export interface ExplainedPlace {
  readonly file: string;
  /** 1-based; absent where the file as a whole is meant. */
  readonly line?: number | undefined;
  readonly state: 'pin' | 'no-pin' | 'ignored' | 'unreadable';
  readonly image?: string | undefined;
  /** As the file has it. */
  readonly text?: string | undefined;
  readonly because: string;
  /** What makes the place a pin, or settles it. */
  readonly cure?: string | undefined;
}

/** What was read of an environment's files. */
export interface ReadFiles {
  readonly environments: Environments;
  readonly texts: ReadonlyMap<string, string>;
  readonly pins: readonly ImagePin[];
  readonly mentions: readonly Mention[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Every place of an environment's file that names an image, in the order of its lines. */
export function explainFile(files: ReadFiles, environment: Environment, file: string): ExplainedPlace[] {
  const unread = files.unreadable.find(entry => entry.file === file);
  if (unread !== undefined) return [{ file, state: 'unreadable', because: unreadableText(unread.error) }];
  const text = files.texts.get(file);
  if (text === undefined) return [];
  const ours = files.pins.filter(({ pin }) => pin.file === file);
  const known = new Set(ours.map(({ pin }) => pin.locator));
  const foreign = pinReader(files.environments)
    .pins(file, text)
    .filter(({ locator }) => !known.has(locator));
  const names = files.environments.images.map(({ name }) => name);
  const missed = ours.length > 0 ? [] : nearMisses(file, text, names);
  return [
    ...ours.map(({ image, pin }) => explainPin(files.environments, image, pin)),
    ...foreign.map(pin => explainForeign(files.environments, environment, pin)),
    ...files.mentions.filter(mention => mention.file === file).map(explainMention),
    ...missed.map(
      ({ line, cure }): ExplainedPlace => ({
        file,
        line,
        state: 'no-pin',
        because: 'it is a tag without a repository',
        cure,
      }),
    ),
  ].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/** Why a place is a pin. */
export function explainPin(environments: Environments, image: string, pin: Pin): ExplainedPlace {
  const { file, line, repository } = pin;
  const rule = pinPaths(environments, file).find(
    path => path.image === image && path.path !== undefined && pin.locator.endsWith(path.path),
  );
  const because =
    repository === undefined || pin.format === 'rule'
      ? `a rule of images.${image}.pins names the place${rule?.path === undefined ? '' : `: ${rule.path}`}`
      : `${repository} is ${ownersOf(environments, repository).join(' and ')}`;
  return { file, line, state: 'pin', image, text: stateOf(pin), because };
}

function stateOf({ tag, digest }: Pin): string {
  const parts = [tag, digest === undefined ? undefined : shortDigest(digest)];
  return parts.filter(part => part !== undefined).join(' ') || 'neither tag nor digest';
}

/** What the environments file calls a repository: the source of an image, or an environment's registry. */
function ownersOf({ images, environments }: Environments, repository: RepositoryName): readonly string[] {
  const owners = images.flatMap(image => [
    ...(image.source === repository ? [`images.${image.name}.source`] : []),
    ...environments.flatMap(({ name, registries }) =>
      registries.some(entry =>
        [pushRepository(entry, image), pullRepository(entry, image)].some(place => place === repository),
      )
        ? [`where ${name} has ${image.name}`]
        : [],
    ),
  ]);
  return owners.length > 0 ? owners : ['known'];
}

function explainForeign(environments: Environments, environment: Environment, pin: Pin): ExplainedPlace {
  const { file, line, repository } = pin;
  const names = environments.images.map(({ name }) => name);
  const last = repository?.split('/').at(-1) ?? '';
  const image = environments.images.find(({ name }) => name === last);
  const [registry] = environment.registries;
  const wanted = image && registry && pullRepository(registry, image);
  const cure =
    wanted === undefined
      ? `for an image of yours add it to images, and its repository as a source: images.${last || commonName(file, names)}: { source: ${repository} }`
      : `pin ${wanted}, or name it as where builds are pushed: images.${last}: { source: ${repository} }`;
  return {
    file,
    line,
    state: 'no-pin',
    text: `${repository ?? ''} ${stateOf(pin)}`.trim(),
    because: `${repository ?? 'its repository'} is neither a source nor a registry of the environments file`,
    cure,
  };
}

function explainMention(mention: Mention): ExplainedPlace {
  const { file, line, image, text, kind, reason } = mention;
  if (kind === 'settled')
    return { file, line, state: 'ignored', image, text, because: `a comment says so: ${reason}` };
  const because =
    kind === 'note'
      ? `it names ${image} without a tag or a digest, so there is nothing to change`
      : `it names ${image} where no format that is understood has an image`;
  return { file, line, state: 'no-pin', image, text, because, cure: mentionCure(mention) };
}

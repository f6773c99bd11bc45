import type { Environment, Environments, Image } from '../environments/environments.ts';
import { imageNamed, pushRepository, registryForFile } from '../environments/locate.ts';
import { type KnownPlatforms, platformTags } from '../environments/tags/platform-tags.ts';
import { fillTags } from '../environments/tags/tags.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { editedValue, pinValue } from '../pins/value.ts';
import { type Candidate, distinctStates, pinEdit, targetRepositories } from './candidates.ts';
import type { HistoryEvent } from './history.ts';
import type { PinState } from './pin-moves.ts';
import { decidingPins, formed, formOf, targetPull } from './pin-target.ts';
import type { UndoneChanges } from './rollback-target.ts';
import type { ImagePin } from './snapshot.ts';

/** A pin that is rolled back. */
export interface PinToRollBack {
  readonly image: string;
  readonly file: string;
  readonly locator: string;
  readonly to: PinState;
  /** The manual edit since then that the rollback reverts too. */
  readonly moved?: HistoryEvent;
}

/** A three-way merge of each pin: its state before the changes to revert, its state after them, and its state now. */
export function pinsToRollBack(
  events: readonly HistoryEvent[],
  { moves, withEdits }: UndoneChanges,
): readonly PinToRollBack[] {
  const undone = new Set(moves.map(({ event, move }) => keyOf(event.commit, move)));
  const oldest = new Map(moves.map(({ move }) => [placeOf(move), move]));
  return [...oldest].flatMap(([place, move]) => {
    const { image, file, locator, before } = move;
    if (before === undefined) return [];
    const last = newest(events, place);
    const isMeant =
      last === undefined ||
      last.change.kind === 'rollback' ||
      (undone.has(keyOf(last.event.commit, move)) && (withEdits || last.change.kind !== 'edit'));
    return [{ image, file, locator, to: before, ...(isMeant ? {} : { moved: last.event }) }];
  });
}

/** The commits that the candidates' edits revert, newest first; without those that are reverted already. */
export function undoneEvents(
  { moves }: UndoneChanges,
  candidates: readonly Candidate[],
): readonly HistoryEvent[] {
  const places = new Set(
    candidates.flatMap(({ image, edits }) => edits.map(edit => placeOf({ image, ...edit }))),
  );
  const taken = moves.filter(({ event, move }) => {
    const kind = event.images.find(({ image }) => image === move.image)?.kind;
    return kind !== 'rollback' && move.undoneBy === undefined && places.has(placeOf(move));
  });
  return [...new Set(taken.map(({ event }) => event))];
}

/**
 * The rollback as promotions from the environment to itself, one for each image and digest. Pins that have the state
 * already, or are gone, are left out. Only tags that move are set.
 */
export function rollbackCandidates(
  environments: Environments,
  environment: Environment,
  pins: readonly ImagePin[],
  rollingBack: readonly (PinToRollBack & { readonly digest: Digest })[],
  platforms?: KnownPlatforms,
): readonly Candidate[] {
  const changes = rollingBack.flatMap(({ image, file, locator, to, digest }) => {
    const known = pins.find(
      one => one.image === image && one.pin.file === file && one.pin.locator === locator,
    );
    if (known === undefined) return [];
    const { pin } = known;
    const { repository, tag } = to;
    const named = { file, ...(repository === undefined ? {} : { repository }) };
    const logical = imageNamed(environments, image);
    const returned = { repository: targetPull(logical, environment, named), tag, digest };
    const target = formed(formOf(environment, logical, pin), returned, tag);
    return pinValue(pin) === editedValue(pin, target) ? [] : [{ image, known, pin, target, digest }];
  });
  const images = Map.groupBy(changes, ({ image }) => image);
  return [...images].flatMap(([name, ofImage]) => {
    const digests = Map.groupBy(ofImage, change => change.digest);
    return [...digests].flatMap(([digest, same]) =>
      candidate(imageNamed(environments, name), environment, digest, same, {
        alone: digests.size === 1,
        deciding: new Set(decidingPins(pins, name)),
        platforms,
      }),
    );
  });
}

interface About {
  /** Whether the image goes back to one digest alone. */
  readonly alone: boolean;
  readonly deciding: ReadonlySet<ImagePin>;
  readonly platforms: KnownPlatforms | undefined;
}

type Changes = readonly (Candidate['pins'][number] & { readonly known: ImagePin })[];

function candidate(
  image: Image,
  environment: Environment,
  digest: Digest,
  changes: Changes,
  { alone, deciding, platforms }: About,
) {
  const { name } = image;
  const tag = changes.find(({ known, target }) => deciding.has(known) && target.tag !== undefined)?.target
    .tag;
  const repositories = alone
    ? targetRepositories(image, environment)
    : repositoriesOf(image, environment, changes);
  const [repository] = repositories;
  if (repository === undefined) return [];
  const templates = alone ? environment.tags.filter(({ moves }) => moves) : [];
  const values = { image: name, environment: environment.name, digest, tag };
  const filled = fillTags(templates, values);
  const moving = alone ? environment.platformTags?.filter(({ moves }) => moves) : [];
  const ofPlatforms = platformTags({ platformTags: moving }, values, filled, platforms);
  const tags = [...filled.tags, ...ofPlatforms.tags];
  const found: Candidate = {
    image: name,
    digest,
    source: {
      image: name,
      repository,
      digest,
      origin: `what ${environment.name} pinned before`,
      ...(tag === undefined ? {} : { tag }),
    },
    targets: repositories.map(repository => ({ repository, tags: tags.filter(({ moves }) => moves) })),
    edits: changes.map(pinEdit),
    pins: changes.map(({ pin, target }) => ({ pin, target })),
    current: distinctStates(changes.flatMap(({ known }) => (deciding.has(known) ? [known] : []))),
    notices: [...filled.notices, ...ofPlatforms.notices],
  };
  return [found];
}

/** The repositories of the changed files' images: not every target needs every digest of an image. */
function repositoriesOf(image: Image, environment: Environment, changes: Changes): readonly RepositoryName[] {
  const registries = changes.flatMap(({ pin }) => registryForFile(environment, pin.file) ?? []);
  return [...new Set(registries.map(registry => pushRepository(registry, image)))];
}

function newest(events: readonly HistoryEvent[], place: string) {
  for (const event of events) {
    const change = event.images.find(({ moves }) => moves.some(move => placeOf(move) === place));
    if (change) return { event, change };
  }
  return undefined;
}

function keyOf(commit: string, move: Parameters<typeof placeOf>[0]): string {
  return `${commit}\n${placeOf(move)}`;
}

function placeOf({ image, file, locator }: Pick<PinToRollBack, 'image' | 'file' | 'locator'>): string {
  return `${image}\n${file}\n${locator}`;
}

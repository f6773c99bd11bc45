import type { Environment, Environments, Image } from '../environments/environments.ts';
import { originText, sourceNames } from '../environments/image-origin.ts';
import { pushRepository } from '../environments/locate.ts';
import { platformTags } from '../environments/tags/platform-tags.ts';
import { bareVersion, type FilledTag, fillTags } from '../environments/tags/tags.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { formatReference, type RepositoryName } from '../oci/reference.ts';
import type { Pin, PinTarget } from '../pins/pin.ts';
import { editedValue, pinValue } from '../pins/value.ts';
import { firstListed, type Taken, type Unagreed, unagreed } from './agreed-sources.ts';
import { promoting } from './explain/next.ts';
import { commandOn } from './invocation.ts';
import { leftBehind, mentionCure, mentionText } from './left-behind.ts';
import { decidingPins, pinTarget } from './pin-target.ts';
import type { ImagePin, Snapshot, SourceImage } from './snapshot.ts';
import { specialText } from './special-file.ts';
import { allRefusals, type TriedPin, unwritable } from './unwritable.ts';

/** A change to one pin: its canonical value before and after. */
export interface PinEdit {
  readonly file: string;
  readonly locator: string;
  readonly old: string;
  readonly new: string;
}

/** A target repository, and the tags that the digest gets there. */
export interface Target {
  readonly repository: RepositoryName;
  readonly tags: readonly FilledTag[];
}

/** One image's digest that may be promoted into the environment; without edits if the pins are right already. */
export interface Candidate extends Taken {
  readonly image: string;
  readonly digest: Digest;
  readonly targets: readonly Target[];
  readonly edits: readonly PinEdit[];
  /** The new content of each edited pin, by file and locator. */
  readonly pins: readonly { readonly pin: Pin; readonly target: PinTarget }[];
  /** What the environment pins now, without repetition. */
  readonly current: readonly { readonly tag?: string; readonly digest?: Digest }[];
  readonly notices: readonly string[];
}

/**
 * What was found for one image. `closed`: its source is not one digest, or its pins cannot be edited. `waiting`: its
 * sources do not have one digest yet. `absent`: there is nothing to promote, or no pin to edit.
 */
export type ImageOutcome =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | {
      readonly kind: 'closed';
      readonly gate: 'source' | 'pins';
      readonly image: string;
      readonly reason: string;
      readonly hint: string;
      /** Whether a person has to say which of several it is. */
      readonly isChoice?: true;
      /** The image's pins in the order of the files, each with its new content or the reason against it. */
      readonly pins?: readonly TriedPin[];
    }
  | Unagreed
  | { readonly kind: 'absent'; readonly image: string; readonly reason: string };

/** Why nothing is promoted where an environment's files do not have the image. */
export function unpinned(environment: string): string {
  return `no file of ${environment} pins it`;
}

/** Derives, image by image in the file's order, what may be promoted into the environment. */
export function candidates(
  environments: Environments,
  environment: Environment,
  snapshot: Snapshot,
): readonly ImageOutcome[] {
  return environments.images
    .filter(({ name }) => snapshot.only.length === 0 || snapshot.only.includes(name))
    .map(image => outcome(image, environment, environments, snapshot));
}

function outcome(
  image: Image,
  environment: Environment,
  environments: Environments,
  snapshot: Snapshot,
): ImageOutcome {
  const { name } = image;
  const sources = snapshot.sources.filter(source => source.image === name);
  const pins = snapshot.target.filter(pin => pin.image === name);
  const [source] = sources;
  if (source === undefined)
    return { kind: 'absent', image: name, reason: missingSource(image, environment, environments) };
  if (pins.length === 0) {
    const named = unmoved(name, snapshot).map(text => `; ${text}`);
    return { kind: 'absent', image: name, reason: `${unpinned(environment.name)}${named.join('')}` };
  }
  const foreign = sources.find(source => source.foreign);
  if (foreign) return unknown(foreign);
  const unproven = sources.find(source => source.unproven !== undefined);
  if (unproven?.unproven) return { kind: 'closed', gate: 'source', image: name, ...unproven.unproven };
  const missing = sources.find(({ digest }) => digest === undefined);
  if (missing) return unresolved(missing);
  const waiting = unagreed(environments, environment, name, sources);
  if (waiting !== undefined) return waiting;
  const digests = [...new Set(sources.flatMap(({ digest }) => digest ?? []))];
  const [digest] = digests;
  if (digest === undefined || digests.length > 1) return ambiguous(image, environment, environments, sources);
  return candidate(
    image,
    environment,
    snapshot,
    { ...firstListed(environment, sources, source), digest },
    pins,
  );
}

function candidate(
  image: Image,
  environment: Environment,
  snapshot: Snapshot,
  { source, others, digest }: Pick<Candidate, 'source' | 'others' | 'digest'>,
  known: readonly ImagePin[],
): ImageOutcome {
  const { name } = image;
  const deciding = new Set(decidingPins(known, name).map(({ pin }) => pin));
  const values = { digest, tag: source.tag, annotatedVersion: snapshot.versions.get(digest) };
  const named = { image: name, environment: environment.name, ...values };
  const filled = fillTags(environment.tags, named);
  const ofPlatforms = platformTags(environment, named, filled, snapshot.platforms);
  const wanted = { digest, tags: filled.tags, version: bareVersion(values) };
  const tried = known.map(({ pin }) => ({
    pin,
    target: pinTarget(image, environment, pin, wanted),
    refusal: unwritable(image, environment, pin, wanted, deciding.has(pin)),
  }));
  const refused = allRefusals(tried.flatMap(({ refusal }) => refusal ?? []));
  if (refused !== undefined) return { kind: 'closed', gate: 'pins', image: name, ...refused, pins: tried };
  const changes = tried.map(({ pin, target }) => ({ pin, target }));
  const changed = changes.filter(({ pin, target }) => pinValue(pin) !== editedValue(pin, target));
  const found: Candidate = {
    image: name,
    digest,
    source,
    others,
    targets: targetRepositories(image, environment).map(repository => ({
      repository,
      tags: [...filled.tags, ...ofPlatforms.tags],
    })),
    edits: changed.map(pinEdit),
    pins: changed,
    current: distinctStates(known),
    notices: [
      ...filled.notices,
      ...ofPlatforms.notices,
      ...unmoved(name, snapshot),
      ...(snapshot.special ?? []).filter(({ isNote }) => !isNote).map(specialText),
    ],
  };
  return { kind: 'candidate', candidate: found };
}

/** The mentions of the image that no edit changes, as notices. */
function unmoved(image: string, { mentions = [] }: Snapshot): readonly string[] {
  return leftBehind(mentions.filter(mention => mention.image === image)).map(
    mention => `${mentionText(mention)} (${mentionCure(mention)})`,
  );
}

/** The repositories that an image is copied to in an environment. */
export function targetRepositories(image: Image, { registries }: Environment): readonly RepositoryName[] {
  return [...new Set(registries.map(registry => pushRepository(registry, image)))];
}

/** A change to a pin, as a plan names it. */
export function pinEdit({ pin, target }: Candidate['pins'][number]): PinEdit {
  return { file: pin.file, locator: pin.locator, old: pinValue(pin), new: editedValue(pin, target) };
}

/** The states of the pins that say which image runs, each once. */
export function distinctStates(pins: readonly ImagePin[]): Candidate['current'] {
  const states = pins
    .filter(known => decidingPins(pins, known.image).includes(known))
    .map(({ pin: { tag, digest }, recorded = digest }) => ({
      ...(tag === undefined ? {} : { tag }),
      ...(recorded === undefined ? {} : { digest: recorded }),
    }));
  return [...new Map(states.map(state => [JSON.stringify(state), state])).values()];
}

function ambiguous(
  image: Image,
  environment: Environment,
  environments: Environments,
  sources: readonly SourceImage[],
): ImageOutcome {
  const seen = sources.map(({ digest, origin }) => `${digest && shortDigest(digest)} (${origin})`).join(', ');
  return {
    kind: 'closed',
    gate: 'source',
    image: image.name,
    reason: `more than one digest to promote from: ${seen}`,
    hint: aligning(image, environment, environments, sources),
  };
}

/** The command that gives the source environment one digest. */
function aligning(
  image: Image,
  { from }: Environment,
  known: Environments,
  sources: readonly SourceImage[],
): string {
  const [first] = sources;
  const taken = first?.environment ?? sourceNames(from)[0];
  if (taken === undefined || first === undefined) return `name one build: --image ${image.name}=<reference>`;
  const source = known.environments.find(({ name }) => name === taken);
  const apply = (named: string) => commandOn(known, 'apply', taken, '--image', named);
  if (source?.from.kind !== 'build') {
    return `align ${taken} with: ${apply(image.name)}`;
  }
  const build = formatReference({ ...first, repository: image.source ?? first.repository });
  return `align ${taken} with the digest to keep: ${apply(`${image.name}=${build}`)}`;
}

function unknown({ image, repository, origin }: SourceImage): ImageOutcome {
  return {
    kind: 'closed',
    gate: 'source',
    image,
    reason: `${origin} names a repository that the environments file does not know: ${repository}`,
    hint: `correct the pin, or make it the source of images.${image} or the registry of an environment`,
  };
}

function unresolved({ image, repository, tag, origin }: SourceImage): ImageOutcome {
  return {
    kind: 'closed',
    gate: 'source',
    image,
    reason: `${repository}:${tag} does not exist (${origin})`,
    hint: 'push the image, or correct the tag',
  };
}

function missingSource(image: Image, environment: Environment, environments: Environments): string {
  return environment.from.kind === 'build'
    ? `no build was named for it: ${promoting(environments, environment, image.name, 'plan')}`
    : unpinned(originText(environment.from));
}

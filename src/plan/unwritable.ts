import type { Environment, Image } from '../environments/environments.ts';
import { bareVersion } from '../environments/tags/tags.ts';
import type { Pin, PinTarget } from '../pins/pin.ts';
import { formOf, pinTarget, type Wanted } from './pin-target.ts';

/** Why something is not possible, and what to do. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

/** A pin with its new content, or why it cannot have it. */
export interface TriedPin {
  readonly pin: Pin;
  readonly target: PinTarget;
  readonly refusal?: Refusal | undefined;
}

/** Several refusals as one: each with its own hint, unless all have the same. */
export function allRefusals(refusals: readonly Refusal[]): Refusal | undefined {
  const distinct = [...new Map(refusals.map(({ reason, hint }) => [reason, { reason, hint }])).values()];
  const last = distinct.at(-1);
  if (last === undefined) return undefined;
  const isOneHint = distinct.every(({ hint }) => hint === last.hint);
  const others = distinct
    .slice(0, -1)
    .map(({ reason, hint }) => (isOneHint ? reason : `${reason} (${hint})`));
  return { reason: [...others, last.reason].join('; '), hint: last.hint };
}

/**
 * Why pins of the environment may not be written by a tag alone: nothing would say later which digest the tag meant.
 */
export function untrackable({ name, signing, tags }: Environment): Refusal | undefined {
  if (signing === undefined) {
    return {
      reason: `pins by a tag alone need the records of promotions, and ${name} has no signing`,
      hint: `set signing for ${name}, or write pin: digest`,
    };
  }
  const [first] = tags;
  if (!first?.moves) return undefined;
  return {
    reason: `pins by a tag alone need a first tag that does not move, and ${first.name} moves`,
    hint: `put a tag such as "{version}" first in environments.${name}.tags, or write pin: digest`,
  };
}

/** Why nobody can know later what a pin without a place for a digest means, such as a chart's version. */
export function unprovable(environment: Environment, pin: Pin): Refusal | undefined {
  const refused = pin.undigested && pin.digest === undefined ? untrackable(environment) : undefined;
  if (refused === undefined) return undefined;
  return {
    reason: `${pin.file}:${pin.line}: it has no place for a digest, and no record will say which one it means: verify is not sound`,
    hint: withoutDigest(refused),
  };
}

/** What to do where no digest has a place. */
function withoutDigest({ hint }: Refusal): string {
  return hint.replace(/, or write pin: digest$/, '');
}

/** Why a pin cannot have its new content; `undefined` if it can. `decides`: no other pin says which image runs. */
export function unwritable(
  image: Image,
  environment: Environment,
  pin: Pin,
  wanted: Wanted,
  decides: boolean,
): Refusal | undefined {
  const place = `${pin.file}:${pin.line}`;
  const form = formOf(environment, image, pin);
  if (form === 'version' && wanted.version === undefined) {
    return {
      reason: `${place} holds a version, and the build names none`,
      hint: 'give the build a tag with a semantic version, or the annotation org.opencontainers.image.version',
    };
  }
  const isAlone = decides && (form === 'tag' || form === 'version');
  const refused = isAlone ? untrackable(environment) : undefined;
  if (refused !== undefined)
    return {
      reason: `${place}: ${refused.reason}`,
      hint: isLabel(pin) ? withoutDigest(refused) : refused.hint,
    };
  if (isAlone && form === 'version' && !wanted.tags.some(tag => says(tag, wanted.version))) {
    return {
      reason: `${place} holds a version alone, and no tag of the promotion says ${wanted.version}`,
      hint: `add "{version}" to environments.${environment.name}.tags`,
    };
  }
  return unlabelled(place, pin, { form, target: pinTarget(image, environment, pin, wanted) });
}

function says(tag: Wanted['tags'][number], version: string | undefined): boolean {
  return !tag.moves && bareVersion({ tag: tag.name }) === version;
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

function isLabel({ locator }: Pin): boolean {
  return /(?:^|[.:])(?:labels|matchLabels)\./.test(locator);
}

/** A chart writes a tag without a digest into a label, so it has to fit there. So does a pin in a label. */
function unlabelled(
  place: string,
  pin: Pin,
  {
    form,
    target: { tag = '', digest },
  }: {
    readonly form: string;
    readonly target: { readonly tag?: string | undefined; readonly digest?: unknown };
  },
): Refusal | undefined {
  if (isLabel(pin) && digest !== undefined) {
    return {
      reason: `${place} is a label, which cannot hold the @ of a digest`,
      hint: 'write pin: tag, or kind: version, in its rule',
    };
  }
  if ((form !== 'tag' && !isLabel(pin)) || LABEL.test(tag)) return undefined;
  return {
    reason: `${place} takes no tag that is no label's value, and ${tag} is none: at most 63 letters, digits, and _ . - between them`,
    hint: 'shorten the tag of the build, or the environment’s first tag',
  };
}

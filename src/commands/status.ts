import type { Environments } from '../environments/environments.ts';
import { isActive } from '../environments/holds/holds.ts';
import { type ImageOrigin, sourceNames } from '../environments/image-origin.ts';
import { holdFacts } from '../gates/hold.ts';
import { unreadableText } from '../plan/image-pins.ts';
import { leftBehind } from '../plan/left-behind.ts';
import { decidingPins } from '../plan/pin-target.ts';
import { unreadSpecial } from '../plan/special-file.ts';
import type { Board, BoardCell, PinnedState } from '../reports/board.ts';
import { contain } from '../run/contain.ts';
import type { Effects } from '../run/effects.ts';
import { readPins } from '../run/read-pins.ts';
import { findHeldPins } from './held-pins.ts';

/** The digest of each image in every environment, and the holds, from Git alone. */
export async function readBoard(effects: Effects, environments: Environments): Promise<Board> {
  const read = environments.environments.map(async environment => {
    const outcome = await contain(() => readPins({ effects, environments, environment }));
    const files = outcome.kind === 'done' ? outcome.value : NOTHING;
    const failures = outcome.kind === 'done' ? [] : [outcome.error];
    const held = holdFacts(environment, files.holds);
    const heldPins =
      outcome.kind === 'done' ? await findHeldPins(effects, environments, environment, outcome.value) : [];
    return { name: environment.name, ...files, failures, held, heldPins };
  });
  const found = await Promise.all(read);
  const pins = new Map(found.map(entry => [entry.name, entry.pins]));
  const unread = new Set(
    found.flatMap(({ name, failures, unreadable }) =>
      failures.length + unreadable.length > 0 ? [name] : [],
    ),
  );
  const rows = environments.images.map(({ name: image }) => {
    const states = (environment: string) =>
      distinct(decidingPins(pins.get(environment) ?? [], image).map(({ pin }) => state(pin)));
    const cells = environments.environments.map(({ name, from }): BoardCell => {
      const pinned = states(name);
      const sources = sourceNames(from);
      const isUnread = [name, ...sources].some(one => unread.has(one));
      return {
        environment: name,
        pinned,
        relation: isUnread ? 'unread' : relation(pinned, sources.map(states), from),
      };
    });
    return { image, cells };
  });
  const unreadable = found.flatMap(({ held }) => (held.kind === 'unreadable' ? held.reason : []));
  return {
    environments: environments.environments.map(({ name }) => name),
    rows,
    holds: found.flatMap(({ held }) =>
      held.kind === 'read' ? held.holds.filter(hold => isActive(hold, effects.now())) : [],
    ),
    unreadable: [...new Set(unreadable)],
    unread: found.flatMap(({ name, unreadable: files, special }) => [
      ...files.map(({ file, error }) => ({ environment: name, file, reason: unreadableText(error) })),
      ...unreadSpecial(special).map(unread => ({ environment: name, ...unread })),
    ]),
    failures: found.flatMap(({ name, failures }) => failures.map(error => ({ environment: name, error }))),
    pinned: found.flatMap(({ heldPins }) => heldPins),
    left: found.flatMap(({ name, mentions }) =>
      leftBehind(mentions).map(mention => ({ environment: name, mention })),
    ),
  };
}

/** The facts of an environment whose files cannot be read. */
const NOTHING = { pins: [], mentions: [], unreadable: [], special: [], holds: undefined };

function relation(
  pinned: readonly PinnedState[],
  sources: readonly (readonly PinnedState[])[],
  from: ImageOrigin,
): BoardCell['relation'] {
  if (pinned.length === 0) return 'none';
  if (sources.length === 0) return 'entry';
  const found = sources.map(source => compare(pinned, source));
  const isAny = from.kind === 'environments' && from.need === 'any';
  if (isAny ? found.includes('same') : found.every(one => one === 'same')) return 'same';
  if (isAny ? found.every(one => one === 'behind') : found.includes('behind')) return 'behind';
  return found.includes('tag') ? 'tag' : 'unknown';
}

/** Compares pins by digest. Where a pin has a tag alone, equal tags may name two images, and two tags may name one. */
function compare(
  pinned: readonly PinnedState[],
  source: readonly PinnedState[],
): 'same' | 'behind' | 'tag' | 'unknown' {
  const isDifferent = (key: keyof PinnedState) =>
    new Set(pinned.map(one => one[key])).symmetricDifference(new Set(source.map(one => one[key]))).size > 0;
  const isKnown = [...pinned, ...source].every(({ digest }) => digest !== undefined);
  if (isKnown) return isDifferent('digest') ? 'behind' : 'same';
  return isDifferent('tag') ? 'tag' : 'unknown';
}

function state({ tag, digest }: PinnedState): PinnedState {
  return { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function distinct(states: readonly PinnedState[]): readonly PinnedState[] {
  return [...new Map(states.map(entry => [JSON.stringify(entry), entry])).values()];
}

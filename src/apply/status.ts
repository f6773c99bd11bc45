import type { Environments } from '../environments/environments.ts';
import { isActive } from '../environments/holds/holds.ts';
import { holdFacts } from '../gates/hold.ts';
import { unreadableText } from '../plan/image-pins.ts';
import { leftBehind } from '../plan/left-behind.ts';
import { decides } from '../plan/pin-target.ts';
import type { Board, BoardCell, PinnedState } from '../reports/board.ts';
import type { Effects } from './effects.ts';
import { readPins } from './read-pins.ts';

/** Which digest of each image every environment pins, and what is held out of it, read from Git alone. */
export async function readBoard(effects: Effects, environments: Environments): Promise<Board> {
  const read = environments.environments.map(async environment => {
    const files = await readPins({ effects, environments, environment });
    return { name: environment.name, ...files, held: holdFacts(environment, files.holds) };
  });
  const found = await Promise.all(read);
  const pins = new Map(found.map(entry => [entry.name, entry.pins]));
  const rows = environments.images.map(({ name: image }) => {
    const states = (environment: string) =>
      distinct(
        (pins.get(environment) ?? [])
          .filter(known => known.image === image && decides(known.pin))
          .map(({ pin }) => state(pin)),
      );
    const cells = environments.environments.map(({ name, from }): BoardCell => {
      const pinned = states(name);
      const source = from.kind === 'build' ? undefined : states(from.name);
      return { environment: name, pinned, relation: relation(pinned, source) };
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
    unread: found.flatMap(({ name, unreadable: files }) =>
      files.map(({ file, error }) => ({ environment: name, file, reason: unreadableText(error) })),
    ),
    left: found.flatMap(({ name, mentions }) =>
      leftBehind(mentions).map(mention => ({ environment: name, mention })),
    ),
  };
}

function relation(
  pinned: readonly PinnedState[],
  source: readonly PinnedState[] | undefined,
): BoardCell['relation'] {
  if (pinned.length === 0) return 'none';
  if (source === undefined) return 'entry';
  const digests = (states: readonly PinnedState[]) =>
    [...new Set(states.map(({ digest }) => digest))].sort().join();
  return digests(pinned) === digests(source) ? 'same' : 'behind';
}

function state({ tag, digest }: PinnedState): PinnedState {
  return { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function distinct(states: readonly PinnedState[]): readonly PinnedState[] {
  return [...new Map(states.map(entry => [JSON.stringify(entry), entry])).values()];
}

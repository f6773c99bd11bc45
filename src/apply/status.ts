import type { Environments } from '../environments/environments.ts';
import type { BoardCell, BoardRow, PinnedState } from '../reports/board.ts';
import type { Effects } from './effects.ts';
import { readPins } from './read-pins.ts';

/** Which digest of each image every environment pins, read from Git alone. */
export async function readBoard(effects: Effects, environments: Environments): Promise<readonly BoardRow[]> {
  const read = environments.environments.map(async environment => {
    const { pins } = await readPins(effects, environments, environment);
    return [environment.name, pins] as const;
  });
  const pins = new Map(await Promise.all(read));
  return environments.images.map(({ name: image }) => {
    const states = (environment: string) =>
      distinct((pins.get(environment) ?? []).filter(pin => pin.image === image).map(({ pin }) => state(pin)));
    const cells = environments.environments.map(({ name, from }): BoardCell => {
      const pinned = states(name);
      const source = from.kind === 'build' ? undefined : states(from.name);
      return { environment: name, pinned, relation: relation(pinned, source) };
    });
    return { image, cells };
  });
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

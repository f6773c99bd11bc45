import type { GroupDecision } from '../gates/decide.ts';
import { imageState } from '../gates/image-state.ts';
import { type Block, heading, phrase } from './document.ts';
import { type GroupState, STATE_TONES, STATE_WORDS } from './states.ts';

/** The states in the order of counting. */
const ORDER: readonly GroupState[] = ['done', 'ready', 'waiting', 'closed', 'failed', 'declined', 'nothing'];

/** `production: 1 of 5 ready, 4 closed`, by image. `late`: states of images with nothing left to promote. */
export function countsHeading(
  environment: string,
  groups: readonly { readonly decision: GroupDecision; readonly state: GroupState }[],
  late: ReadonlyMap<string, GroupState> = new Map(),
): Block {
  const states = groups.flatMap(({ decision, state }) =>
    decision.judged.map(judged => {
      const own = imageState(judged, decision, state);
      return own === 'nothing' ? (late.get(judged.image) ?? own) : own;
    }),
  );
  const counts = ORDER.map(state => ({ state, count: states.filter(other => other === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }, index, kinds) =>
      phrase(
        `${index === 0 ? `${count} of ${states.length}` : count} ${STATE_WORDS[state]}${index === kinds.length - 1 ? '' : ','}`,
        STATE_TONES[state],
      ),
    );
  if (states.length === 0) return heading(phrase(`${environment}:`), phrase('no image to promote', 'quiet'));
  return heading(phrase(`${environment}:`), ...counts);
}

/** A number and its noun: `1 image`, `2 repositories`. */
export function counted(count: number, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${count} ${count === 1 ? noun : plural}`;
}

import { closest, distance } from 'fastest-levenshtein';
import { formatPath, type Step } from '../path.ts';
import type { Spot } from '../yaml/source.ts';
import { items, keysOf, textAt, values } from '../yaml/spot.ts';
import { select } from './select.ts';

/** The deepest spot that the beginning of a path leads to, and the step there that is spelled most like the next. */
export interface DeadEnd {
  readonly last: Spot;
  /** As a path has it. */
  readonly near?: string;
  /** The whole path with that step. */
  readonly path?: string;
}

/** Where a path that leads nowhere ends; undefined where there is no document. */
export function deadEnd(tops: readonly Spot[], steps: readonly Step[]): DeadEnd | undefined {
  for (let length = steps.length - 1; length >= 0; length -= 1) {
    const [last] = tops.flatMap(root => select(root, steps.slice(0, length)));
    const step = steps[length];
    if (last === undefined || step === undefined) continue;
    const near = nearest(step, last);
    if (near === undefined) return { last };
    const path = formatPath([...steps.slice(0, length), near, ...steps.slice(length + 1)]);
    return { last, near: formatPath([near]), path };
  }
  return undefined;
}

/** The key or entry's value that is spelled most like the step that leads nowhere. */
function nearest(step: Step, spot: Spot): Step | undefined {
  if (typeof step === 'number' || (typeof step === 'object' && 'every' in step)) return undefined;
  const [wanted, there] =
    typeof step === 'string'
      ? [step, keysOf(spot)]
      : [step.holds, [...items(spot), ...values(spot)].map(entry => textAt(entry, step.key))];
  const named = there.filter(text => text !== '');
  if (named.length === 0) return undefined;
  const found = closest(wanted, named);
  if (distance(wanted, found) > Math.max(2, wanted.length / 2)) return undefined;
  return typeof step === 'string' ? found : { key: step.key, holds: found };
}

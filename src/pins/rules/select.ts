import type { Step } from '../path.ts';
import { nestedRoots } from '../yaml/nested.ts';
import type { Spot } from '../yaml/source.ts';
import { child, items, textAt, values } from '../yaml/spot.ts';

/** The spots that a path leads to. It passes through YAML or JSON within a string. */
export function select(from: Spot, [step, ...rest]: readonly Step[]): readonly Spot[] {
  if (step === undefined) return [from];
  const { node } = from;
  if (node.kind === 'scalar') {
    return nestedRoots({ ...from, node }).flatMap(root => select(root, [step, ...rest]));
  }
  return taken(from, step).flatMap(spot => select(spot, rest));
}

function taken(spot: Spot, step: Step): readonly Spot[] {
  if (typeof step !== 'object') return [child(spot, step) ?? []].flat();
  const entries = spot.node.kind === 'map' ? values(spot) : items(spot);
  return 'every' in step ? entries : entries.filter(entry => textAt(entry, step.key) === step.holds);
}

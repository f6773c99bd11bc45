import type { Environment, Environments } from '../environments/environments.ts';
import { originText } from '../environments/image-origin.ts';
import type { Candidate, ImageOutcome } from './candidates.ts';
import { commandOn } from './invocation.ts';
import type { TargetState } from './target-state.ts';

/**
 * The candidates of a repair: promotions that change no pin. A moving tag is set if it names nothing, and left alone if
 * it names another digest by now.
 */
export function repairs(
  { environment, environments }: { readonly environment: Environment; readonly environments: Environments },
  outcomes: readonly ImageOutcome[],
  states: ReadonlyMap<string, readonly TargetState[]>,
): readonly ImageOutcome[] {
  return outcomes.map(outcome => {
    const { kind } = outcome;
    if (kind === 'absent') return { ...outcome, reason: unknownOrigin(environment, environments) };
    if (kind === 'closed' && outcome.gate === 'pins') {
      return { kind: 'absent', image: outcome.image, reason: outcome.reason };
    }
    if (kind === 'closed') {
      return { ...outcome, reason: 'several digests are pinned', hint: 'pin one digest, then verify again' };
    }
    if (kind === 'waiting') return outcome;
    const { candidate } = outcome;
    return candidate.edits.length > 0
      ? {
          kind: 'absent',
          image: candidate.image,
          reason: `a promotion from ${candidate.source.origin} would change its pins`,
        }
      : { kind, candidate: withoutMoved(candidate, states.get(candidate.image) ?? []) };
  });
}

function withoutMoved(candidate: Candidate, states: readonly TargetState[]): Candidate {
  const targets = candidate.targets.map(target => {
    const held = states.find(({ repository }) => repository === target.repository)?.tags;
    return {
      ...target,
      tags: target.tags.filter(({ name, moves }) => !moves || held?.get(name) === undefined),
    };
  });
  return { ...candidate, targets };
}

function unknownOrigin({ from, name }: Environment, environments: Environments): string {
  return from.kind === 'build'
    ? `the pinned digest is not where builds are pushed; ${commandOn(environments, 'apply', name, '--image', '<name>=<reference>')} names it`
    : `${originText(from)} does not pin this digest and never did, as far as its history was read`;
}

import type { Environment } from '../environments/environments.ts';
import type { Hold } from '../environments/holds/holds.ts';
import { shortDigest } from '../oci/digest.ts';
import type { HistoryEvent } from '../plan/history.ts';
import type { Base } from '../plan/snapshot.ts';
import { doneItems, type GroupResult, groupResultBlocks, groupResultJson } from './apply.ts';
import { holdItem } from './board.ts';
import { type Block, heading, line, phrase, type Report } from './document.ts';
import { doneState, pinsItem } from './pins.ts';
import { groupBlocks, groupJson } from './plan.ts';
import type { Json } from './schemas/parts.ts';
import type { rollback } from './schemas/promotions.ts';
import { decidedState, type GroupState, STATE_TONES, STATE_WORDS } from './states.ts';

/** A rollback that is planned or done. */
export interface RollbackView {
  readonly environment: Environment;
  readonly base: Base;
  /** The commits that it reverts. */
  readonly undone: readonly HistoryEvent[];
  readonly restores: readonly { readonly image: string; readonly from: string; readonly to: string }[];
  readonly holds: readonly Hold[];
  readonly result: GroupResult;
  /** The results of promotions in the same run; absent: none yet. */
  readonly others?: readonly GroupResult[];
}

/** The state of a rollback. */
export function rollbackState({
  result: { decision, done, pins },
}: Pick<RollbackView, 'result'>): GroupState {
  const came = done?.pins ?? pins;
  const decided = decidedState(decision);
  const state = came === undefined ? decided : doneState(came);
  return state === 'waiting' && decided === 'closed' ? 'closed' : state;
}

/** Reports what is rolled back, the reverted commits, and the new holds. */
export function rollbackReport(view: RollbackView): Report {
  const { environment, base, undone, restores, holds, result, others = [] } = view;
  const { decision, done, pins } = result;
  const state = rollbackState(view);
  const blocks: readonly Block[] = [
    heading(phrase(`roll back ${environment.name}`), phrase(STATE_WORDS[state], STATE_TONES[state])),
    ...(state === 'nothing'
      ? [line(phrase('everything is as it was then', 'quiet'))]
      : groupBlocks(decision, state)),
    items([
      ...(state === 'nothing' ? [] : undone.map(undoneItem)),
      ...restores.map(({ image, from, to }) => [phrase(`${image} is restored from ${from} to ${to}`)]),
      ...holds.map(holdItem),
      ...(done === undefined ? [] : doneItems(done)),
      ...(pins === undefined ? [] : [pinsItem(pins)]),
    ]),
    ...others.flatMap(group => groupResultBlocks(group)),
  ].filter(block => block.kind !== 'items' || block.items.length > 0);
  const json = {
    ...groupJson(decision),
    environment: environment.name,
    state,
    base,
    reverts: undone.map(({ commit, subject }) => ({ commit, subject })),
    restores,
    holds,
    result: done ?? (pins === undefined ? null : { pins }),
    others: others.map(groupResultJson),
  } satisfies Json<typeof rollback>;
  return { blocks, json };
}

function undoneItem({ commit, subject, images }: HistoryEvent) {
  const what = images.map(({ image, after }) => {
    const names = after.map(({ tag, digest }) => tag ?? (digest === undefined ? '' : shortDigest(digest)));
    return `${image} ${[...new Set(names)].join(' + ')}`;
  });
  return [phrase(`reverts ${commit.slice(0, 12)}`), phrase(subject), phrase(`(${what.join(', ')})`, 'quiet')];
}

function items(entries: Extract<Block, { kind: 'items' }>['items']): Block {
  return { kind: 'items', items: entries };
}

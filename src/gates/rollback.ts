import type { PlanGate } from './gate.ts';

/**
 * Waits while a rollback of one of the images is proposed: both change the same pins, and the rollback has priority.
 */
export const rollbackGate: PlanGate = {
  onRollback: 'skipped',
  judge: ({ promotions }, { rollbacks }) => {
    const [rolledBack] = promotions.flatMap(({ image, edits }) => {
      const url = edits.length === 0 ? undefined : rollbacks.get(image);
      return url === undefined ? [] : [{ image, url }];
    });
    if (rolledBack === undefined) return undefined;
    const { image, url } = rolledBack;
    const hint = 'merge or close that pull request; the next run updates this one';
    return { kind: 'waiting', gate: 'rollback', reason: `a rollback of ${image} is proposed: ${url}`, hint };
  },
};

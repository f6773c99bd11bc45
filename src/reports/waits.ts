import { type ApplyResult, groupState } from './apply.ts';
import { pullRequestOf } from './pins.ts';

/** One line with what a run waits for; `undefined` if it does not wait. */
export function waitsFor({ environment, state, groups }: ApplyResult): string | undefined {
  if (state !== 'waiting') return undefined;
  const waiting = groups.filter(group => groupState(group) === 'waiting');
  const reasons = waiting.flatMap(({ decision, done, pins }) => {
    const verdicts = [
      ...decision.judged.flatMap(judged => judged.verdicts),
      ...('verdicts' in decision ? decision.verdicts : []),
    ];
    const open = verdicts
      .filter(({ kind }) => kind === 'waiting')
      .map(({ gate, reason }) => `${gate}: ${reason}`);
    const pull = pullRequestOf(done?.pins ?? pins)?.url;
    return open.length > 0 || pull === undefined ? open : [`${pull} is open`];
  });
  const told = [...new Set(reasons)].join('; ');
  return `${environment.name} waits${told === '' ? '' : ` for ${told}`}`;
}

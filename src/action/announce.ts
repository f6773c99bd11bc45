import type { Verdict } from '../gates/gate.ts';
import { failureTexts, type GroupResult, groupState } from '../reports/apply.ts';
import { pullRequestOf } from '../reports/pins.ts';
import { groupTitle } from '../reports/plan.ts';
import { annotate } from './annotate.ts';
import type { ActionIo } from './io.ts';

/** Reports what waits, and annotates failures and closed gates; those are errors if they fail the step. */
export function announce(
  io: Pick<ActionIo, 'notice'>,
  groups: readonly GroupResult[],
  failsOnClosed: boolean,
): void {
  const textsOf = (kind: Verdict['kind'], of: readonly GroupResult[]) => [
    ...new Set(
      of
        .flatMap(verdictsOf)
        .filter(({ verdict }) => verdict.kind === kind)
        .map(describe),
    ),
  ];
  const failed = groups.flatMap(failureTexts);
  const closed = [...textsOf('closed', groups), ...groups.flatMap(stopped)];
  // A group does not wait for a gate if a person declined its plan, or others' commits are in the way.
  const waiting = groups.filter(group => groupState(group) === 'waiting');
  for (const text of textsOf('waiting', waiting)) io.notice(text);
  annotate('error', failsOnClosed ? [...failed, ...closed] : failed);
  if (!failsOnClosed) annotate('warning', closed);
}

interface Outcome {
  readonly subject: string;
  /** The URL of the pull request that the outcome is about. */
  readonly url?: string | undefined;
  readonly verdict: Verdict;
}

function verdictsOf({ decision, done, pins }: GroupResult): readonly Outcome[] {
  const { judged } = decision;
  const ofImages = judged.flatMap(({ image, verdicts }) =>
    verdicts.map(verdict => ({ subject: image, verdict })),
  );
  const ofPlan = 'verdicts' in decision ? decision.verdicts : [];
  const url = pullRequestOf(done?.pins ?? pins)?.url;
  return [...ofImages, ...ofPlan.map(verdict => ({ subject: groupTitle(decision), verdict, url }))];
}

function describe({ subject, verdict, url }: Outcome): string {
  const where = url === undefined ? '' : ` ${url}`;
  const hint = verdict.kind === 'open' ? '' : ` (${verdict.hint})${where}`;
  return `${subject}: ${verdict.gate} ${verdict.kind}: ${verdict.reason}${hint}`;
}

function stopped({ decision, done, pins }: GroupResult): readonly string[] {
  const came = done?.pins ?? pins;
  if (came?.kind !== 'stopped') return [];
  const where = came.pullRequest === undefined ? '' : ` ${came.pullRequest.url}`;
  return [`${groupTitle(decision)}: stopped: ${came.reason}${where}`];
}

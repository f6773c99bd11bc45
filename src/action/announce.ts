import { error, notice, warning } from '@actions/core';
import type { Verdict } from '../gates/gate.ts';
import type { GroupResult } from '../reports/apply.ts';
import { neutralise } from '../reports/neutralise.ts';

/** The annotations of one level that GitHub keeps of a step. */
export const ANNOTATION_LIMIT = 10;

/** Annotates what waits, and what is closed: an error where that fails the step. */
export function announce(groups: readonly GroupResult[], failsOnClosed: boolean): void {
  const verdicts = groups.flatMap(verdictsOf);
  const told = (kind: Verdict['kind']) => {
    const texts = verdicts.filter(({ verdict }) => verdict.kind === kind).map(describe);
    return [...new Set(texts), ...(kind === 'closed' ? groups.flatMap(stopped) : [])].map(neutralise);
  };
  annotate(told('waiting'), notice);
  annotate(told('closed'), failsOnClosed ? error : warning);
}

interface Told {
  readonly subject: string;
  readonly verdict: Verdict;
}

function verdictsOf({ decision }: GroupResult): readonly Told[] {
  const { group, judged } = decision;
  const ofImages = judged.flatMap(({ image, verdicts }) =>
    verdicts.map(verdict => ({ subject: image, verdict })),
  );
  const ofPlan = 'verdicts' in decision ? decision.verdicts : [];
  return [...ofImages, ...ofPlan.map(verdict => ({ subject: group, verdict }))];
}

function describe({ subject, verdict }: Told): string {
  const hint = verdict.kind === 'open' ? '' : ` (${verdict.hint})`;
  return `${subject}: ${verdict.gate} ${verdict.kind}: ${verdict.reason}${hint}`;
}

function stopped({ decision, done, pins }: GroupResult): readonly string[] {
  const came = done?.pins ?? pins;
  return came?.kind === 'stopped' ? [`${decision.group}: stopped: ${came.reason}`] : [];
}

function annotate(texts: readonly string[], write: (text: string) => void): void {
  // One less than are kept: the failure of a step is an annotation too.
  const most = ANNOTATION_LIMIT - 1;
  const shown = texts.length > most ? texts.slice(0, most - 1) : texts;
  for (const text of shown) write(text);
  if (shown.length < texts.length) write(`${texts.length - shown.length} more are in the job's summary`);
}

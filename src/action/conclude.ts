import { getInput } from '@actions/core';
import { print } from '../cli/print.ts';
import type { Digest } from '../oci/digest.ts';
import type { GroupResult } from '../reports/apply.ts';
import type { FailOnClosed } from '../reports/closed-choice.ts';
import type { Report } from '../reports/document.ts';
import { failsOnClosed } from '../reports/fail-on-closed.ts';
import type { RunState } from '../reports/pins.ts';
import { announce } from './announce.ts';
import { readFlag } from './flag.ts';
import type { ActionIo } from './io.ts';
import { hasChanged, setRunOutputs } from './outputs.ts';
import { failStep } from './runner.ts';
import { writeSummary } from './summary.ts';

/** What a run came to, however it was started. */
export interface Conclusion {
  readonly report: Report;
  /** What the job's page shows; default: the report. */
  readonly summary?: Report | undefined;
  readonly state: RunState;
  readonly groups: readonly GroupResult[];
  /** The plans that this job named in the first attempt of its run too. */
  readonly named?: ReadonlySet<Digest> | undefined;
  /** Default: what the groups say that was done. */
  readonly changed?: boolean;
}

/** Whether a closed gate is to fail the step; throws `USAGE` for a word that it may not be. */
export function readFailOnClosed(): FailOnClosed {
  const text = getInput('fail-on-closed');
  if (text === 'except-backward') return text;
  return readFlag('fail-on-closed') ? 'true' : 'false';
}

/**
 * Tells what a run came to, in the log, the summary, annotations and outputs; a closed gate fails the step unless told.
 */
export async function conclude(
  io: ActionIo,
  {
    report,
    summary,
    state,
    groups,
    named,
    changed,
    onClosed,
  }: Conclusion & { readonly onClosed: FailOnClosed },
): Promise<void> {
  const fails = failsOnClosed(onClosed, groups);
  print(io, report, 'text');
  await writeSummary(summary ?? report);
  announce(io, groups, fails);
  setRunOutputs(io, state, groups, changed ?? groups.some(hasChanged), named);
  if (state === 'failed') failStep('a group failed');
  if (state === 'closed' && fails) failStep('a gate is closed, or a pull request needs a person');
}

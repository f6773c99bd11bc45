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

/** The outcome of a run, however it was started. */
export interface Conclusion {
  readonly report: Report;
  /** The report for the job's page; default: `report`. */
  readonly summary?: Report | undefined;
  readonly state: RunState;
  readonly groups: readonly GroupResult[];
  /** The plans that this job had named in the first attempt of its run. */
  readonly named?: ReadonlySet<Digest> | undefined;
  /** Whether the run changed anything; default: as the groups say. */
  readonly changed?: boolean;
}

/** Whether a closed gate fails the step; throws `USAGE` for an unknown word. */
export function readFailOnClosed(): FailOnClosed {
  const text = getInput('fail-on-closed');
  if (text === 'except-backward') return text;
  return readFlag('fail-on-closed') ? 'true' : 'false';
}

/**
 * Reports a run's outcome in the log, the summary, annotations and outputs. A closed gate may fail the step.
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

import { getBooleanInput, setFailed } from '@actions/core';
import { print } from '../cli/print.ts';
import type { GroupResult, RunState } from '../reports/apply.ts';
import type { Report } from '../reports/document.ts';
import { announce } from './announce.ts';
import type { ActionIo } from './io.ts';
import { hasChanged, setRunOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/** What a run came to, however it was started. */
export interface Conclusion {
  readonly report: Report;
  /** What the job's page shows; default: the report. */
  readonly summary?: Report | undefined;
  readonly state: RunState;
  readonly groups: readonly GroupResult[];
  /** Default: what the groups say that was done. */
  readonly changed?: boolean;
}

/** Tells what a run came to, in the log, the summary, annotations and outputs; a closed gate fails the step unless told. */
export async function conclude(
  io: ActionIo,
  { report, summary, state, groups, changed }: Conclusion,
): Promise<void> {
  const failsOnClosed = getBooleanInput('fail-on-closed');
  print(io, report, 'text');
  await writeSummary(summary ?? report);
  announce(io, groups, failsOnClosed);
  setRunOutputs(io, state, groups, changed ?? groups.some(hasChanged));
  if (state === 'failed') setFailed('a group failed');
  if (state === 'closed' && failsOnClosed) setFailed('a gate is closed, or a pull request needs a person');
}

import { withEffects } from '../cli/effects.ts';
import { askGate } from '../cli/gate.ts';
import { print } from '../cli/print.ts';
import { gateReport, gateSummary } from '../reports/gate.ts';
import { environmentsFile } from './file.ts';
import type { ActionIo } from './io.ts';
import { runAction } from './run.ts';
import { failStep, writeOutput } from './runner.ts';
import { writeSummary } from './summary.ts';

await runAction(gate);

/** `actions/gate`: sets the status `promote/gate` of a person's pull request or of a merge group. */
async function gate(io: ActionIo): Promise<void> {
  const file = environmentsFile(io);
  const answer = await withEffects(io, file, async (effects, environments) =>
    askGate(io, effects, environments, { file }),
  );
  const report = gateReport(answer);
  print(io, report, 'text');
  await writeSummary(gateSummary(answer));
  for (const notice of answer.notices) io.notice(notice);
  writeOutput('state', answer.state);
  if (answer.state === 'failure') failStep(answer.reason);
}

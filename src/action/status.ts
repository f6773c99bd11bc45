import { withEffects } from '../cli/effects.ts';
import { print } from '../cli/print.ts';
import { readBoard } from '../commands/status.ts';
import { boardReport } from '../reports/board.ts';
import { heading, phrase } from '../reports/document.ts';
import { jsonText } from '../reports/render.ts';
import { environmentsFile } from './file.ts';
import type { ActionIo } from './io.ts';
import { setBoundedOutput } from './output.ts';
import { runAction } from './run.ts';
import { writeSummary } from './summary.ts';

await runAction(status);

/** `actions/status`: shows which images each environment pins. */
async function status(io: ActionIo): Promise<void> {
  const report = await withEffects(io, environmentsFile(io), async (effects, environments) =>
    boardReport(await readBoard(effects, environments)),
  );
  print(io, report, 'text');
  await writeSummary({ ...report, blocks: [heading(phrase('Status of promotions')), ...report.blocks] });
  setBoundedOutput(io, 'board', jsonText(report.json));
}

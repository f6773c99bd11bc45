import { getInput, getMultilineInput } from '@actions/core';
import { withEffects } from '../cli/effects.ts';
import { assertMayWrite } from '../cli/may-write.ts';
import { print } from '../cli/print.ts';
import { runUrl } from '../cli/request.ts';
import { deployedBases } from '../commands/refresh/deployed.ts';
import { refreshImages } from '../commands/refresh/refresh.ts';
import { deployedReport } from '../reports/deployed.ts';
import type { Report } from '../reports/document.ts';
import { failedTexts, hasChanged, openUrls, refreshReport } from '../reports/refresh.ts';
import { jsonText } from '../reports/render.ts';
import { annotate } from './annotate.ts';
import { environmentsFile } from './file.ts';
import { readFlag } from './flag.ts';
import type { ActionIo } from './io.ts';
import { setBoundedOutput } from './output.ts';
import { runAction } from './run.ts';
import { failStep } from './runner.ts';
import { writeSummary } from './summary.ts';

await runAction(async io => (getInput('deployed') === '' ? await refresh(io) : await deployed(io)));

/** `actions/refresh`: proposes newer base and third-party images, one pull request a group. */
async function refresh(io: ActionIo): Promise<void> {
  const writes = !readFlag('dry-run');
  const paths = getMultilineInput('paths');
  if (writes) await assertMayWrite(io);
  const results = await withEffects(io, environmentsFile(io), (effects, environments) =>
    refreshImages(effects, environments, { paths, writes, runUrl: runUrl(io.env) }),
  );
  const report = refreshReport(results);
  await show(io, report);
  setBoundedOutput(io, 'changed', String(hasChanged(results)));
  setBoundedOutput(io, 'pull-request-url', openUrls(results).join('\n'));
  setBoundedOutput(io, 'result', jsonText(report.json));
  const failed = failedTexts(results);
  annotate('error', failed);
  if (failed.length > 0) failStep('not everything could be refreshed');
}

/** Reports the pinned images whose base has a tag that names another image now. */
async function deployed(io: ActionIo): Promise<void> {
  const asked = getInput('deployed');
  const report = await withEffects(io, environmentsFile(io), async (effects, environments) =>
    deployedReport(await deployedBases(effects, environments, asked === 'all' ? undefined : asked)),
  );
  await show(io, report);
  setBoundedOutput(io, 'result', jsonText(report.json));
}

async function show(io: ActionIo, report: Report): Promise<void> {
  print(io, report, 'text');
  await writeSummary(report);
}

import { getInput, getMultilineInput } from '@actions/core';
import { prepareRollback, type RollbackRequest } from '../apply/rollback/prepare-rollback.ts';
import { rollback as carryOut } from '../apply/rollback/rollback.ts';
import { withEffects } from '../cli/effects.ts';
import { assertMayWrite } from '../cli/may-write.ts';
import { rollbackRequest } from '../cli/rollback-request.ts';
import { PromoteError } from '../errors.ts';
import { groupState } from '../reports/apply.ts';
import { rollbackReport } from '../reports/rollback.ts';
import { rollbackSummary } from '../reports/summary.ts';
import { conclude, readFailOnClosed } from './conclude.ts';
import { environmentsFile } from './file.ts';
import { readFlag } from './flag.ts';
import type { ActionIo } from './io.ts';
import { runAction } from './run.ts';

await runAction(rollback);

/** `actions/rollback`: rolls an environment back, and holds what was rolled back. */
async function rollback(io: ActionIo): Promise<void> {
  const onClosed = readFailOnClosed();
  const request = readRequest(io);
  await assertMayWrite(io);
  const done = await withEffects(io, environmentsFile(io), async (effects, environments) => {
    const prepared = await prepareRollback(effects, environments, request);
    return await carryOut(effects, environments, prepared, request);
  });
  await conclude(io, {
    report: rollbackReport(done),
    summary: rollbackSummary(done),
    state: groupState(done.result),
    groups: [done.result],
    onClosed,
  });
}

function readRequest(io: ActionIo): RollbackRequest {
  const [to, reason, requestedBy] = [getInput('to'), getInput('reason'), getInput('requested-by')];
  return rollbackRequest(io, getInput('environment', { required: true }), {
    file: getInput('file'),
    format: 'text',
    image: getMultilineInput('images'),
    force: readFlag('force'),
    restore: readFlag('restore'),
    approvedBy: getMultilineInput('approved-by'),
    approval: getMultilineInput('approval'),
    planDigest: getMultilineInput('plan-digest'),
    ticket: getMultilineInput('tickets'),
    yes: true,
    exitCode: false,
    ...(to === '' ? {} : { to }),
    ...(reason === '' ? {} : { reason }),
    ...(requestedBy === '' ? {} : { requestedBy }),
    ...steps(getInput('steps')),
  });
}

function steps(text: string): { readonly steps?: number } {
  if (text === '') return {};
  if (/^[1-9]\d{0,8}$/.test(text)) return { steps: Number(text) };
  throw new PromoteError('USAGE', `inputs: steps: expected a whole number above zero, found ${text}`);
}

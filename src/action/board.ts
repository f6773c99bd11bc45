import { getInput } from '@actions/core';
import { makeBoard, writeBoard } from '../cli/board/make.ts';
import { print } from '../cli/print.ts';
import { PromoteError } from '../errors.ts';
import { environmentsFile } from './file.ts';
import { readFlag } from './flag.ts';
import type { ActionIo } from './io.ts';
import { runAction } from './run.ts';
import { failStep, writeOutput } from './runner.ts';
import { writeSummary } from './summary.ts';

await runAction(board);

/** `actions/board`: the page of all environments and images, in a directory that a later step publishes. */
async function board(io: ActionIo): Promise<void> {
  const out = getInput('out');
  const { files, report, isComplete } = await makeBoard(io, {
    file: environmentsFile(io),
    out,
    public: readFlag('public'),
    verify: readFlag('verify'),
    limit: limitOf(getInput('limit')),
  });
  await writeBoard(io, out, files);
  print(io, report, 'text');
  await writeSummary(report);
  writeOutput('path', out);
  if (!isComplete) failStep('not everything could be read: the page says what is missing');
}

function limitOf(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new PromoteError('USAGE', `inputs: limit: ${JSON.stringify(text)} is no number of commits`, {
    hint: 'write a whole number above zero, or all',
  });
}

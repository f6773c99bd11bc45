import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedGroup } from '../gates/decide.ts';
import type { ActionIo } from './io.ts';
import { setBoundedOutput } from './output.ts';

/**
 * Sets the outputs by which jobs share the images: the path of the plan's file, and the shards for a matrix.
 * There are at most as many shards as images, so that every job has work.
 */
export async function setShardOutputs(
  io: ActionIo,
  plan: string,
  decided: readonly PlannedGroup[],
  most: number,
): Promise<void> {
  const path = join(await mkdtemp(join(io.env.RUNNER_TEMP || tmpdir(), 'promote-plan-')), 'plan.json');
  await writeFile(path, plan, { mode: 0o600 });
  const images = decided.reduce((sum, { members }) => sum + members.length, 0);
  const count = Math.max(1, Math.min(most, images));
  const shards = Array.from({ length: count }, (_, at) => `${at + 1}/${count}`);
  setBoundedOutput(io, 'plan-file', path);
  setBoundedOutput(io, 'shards', JSON.stringify(shards));
}

import { mergeRefusal } from './merge.ts';
import { pullHead, pullOf } from './pulls.ts';
import { fields } from './request.ts';
import type { World } from './world.ts';

/** Notes that a pull request shall be merged once it may be, or answers why GitHub refuses that. */
export async function enableAutoMerge(world: World, input: unknown): Promise<string | undefined> {
  const { pullRequestId, expectedHeadOid, mergeMethod } = fields(input);
  const pull = await pullOf(world, ({ node_id }) => node_id === pullRequestId);
  if (pull === undefined) return `Could not resolve to a node with the global id of '${pullRequestId}'`;
  if (!world.settings.allowsAutoMerge) return 'Auto merge is not allowed for this repository';
  if (pull.state === 'closed') return "Can't enable auto-merge for this pull request.";
  const head = await pullHead(world, pull);
  if (head !== expectedHeadOid) return 'Expected head OID does not match';
  const body = { merge_method: String(mergeMethod).toLowerCase() };
  if ((await mergeRefusal(world, pull, head, body)) === undefined)
    return 'Pull request Pull request is in clean status';
  world.autoMerges.set(Number(pull.number), String(mergeMethod));
  return undefined;
}

import { mergedTree } from './merged-tree.ts';
import { pullHead, pullOf } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields } from './request.ts';
import { isBehind, unmetStatuses } from './requirements.ts';
import { branchHead, type World } from './world.ts';

/** How an open pull request stands to a merge: https://docs.github.com/en/graphql/reference/enums#mergestatestatus */
export async function mergeState(world: World, pull: Fields, head: string): Promise<string> {
  const base = (await branchHead(world, String(fields(pull.base).ref))) ?? '';
  if ((await mergedTree(world, base, head)) === undefined) return 'dirty';
  if (pull.draft === true) return 'draft';
  if (world.settings.strict && (await isBehind(world, pull, head))) return 'behind';
  return unmetStatuses(world, head).length > 0 ? 'blocked' : 'clean';
}

/** Says how a single pull request stands to a merge, which lists do not. */
export async function withMergeState(
  world: World,
  { method, parts }: ApiRequest,
  answer: ApiAnswer,
): Promise<ApiAnswer> {
  const [, , , kind, number, action] = parts;
  const isSingle = method === 'GET' && kind === 'pulls' && number !== undefined && action === undefined;
  if (!isSingle || answer.status !== 200) return answer;
  const pull = await pullOf(world, one => one.number === Number(number));
  if (pull?.state !== 'open') return answer;
  const state = await mergeState(world, pull, await pullHead(world, pull));
  return {
    ...answer,
    body: { ...fields(answer.body), mergeable: state !== 'dirty', mergeable_state: state },
  };
}

import { mergedTree } from './merged-tree.ts';
import { pullHead, pullOf } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields } from './request.ts';
import { isBehind, unmetStatuses } from './requirements.ts';
import { at, branchHead, type World } from './world.ts';

/** How an open pull request stands to a merge: https://docs.github.com/en/graphql/reference/enums#mergestatestatus */
export async function mergeState(world: World, pull: Fields, head: string): Promise<string> {
  const base = (await branchHead(world, String(fields(pull.base).ref))) ?? '';
  if ((await mergedTree(world, base, head)) === undefined) return 'dirty';
  if (pull.draft === true) return 'draft';
  if (world.settings.strict && (await isBehind(world, pull, head))) return 'behind';
  return unmetStatuses(world, head).length > 0 || world.settings.unmet.length > 0 ? 'blocked' : 'clean';
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
  const head = await pullHead(world, pull);
  const state = await mergeState(world, pull, head);
  const trial = await trialMerge(world, pull, head);
  return { ...answer, body: { ...fields(answer.body), mergeable_state: state, ...trial } };
}

/**
 * The merge that GitHub makes on trial, in the background: until it is made, `mergeable` is null.
 * https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
 */
async function trialMerge(world: World, pull: Fields, head: string): Promise<Fields> {
  const base = (await branchHead(world, String(fields(pull.base).ref))) ?? '';
  const key = `${base} ${head}`;
  if (world.settings.mergesLate && !world.trials.has(key)) {
    world.trials.set(key, undefined);
    return { mergeable: null, merge_commit_sha: null };
  }
  const made = world.trials.get(key) ?? (await mergeOnTrial(world, base, head));
  world.trials.set(key, made);
  return { mergeable: made !== undefined, merge_commit_sha: made ?? null };
}

async function mergeOnTrial(world: World, base: string, head: string): Promise<string | undefined> {
  const tree = await mergedTree(world, base, head);
  if (tree === undefined) return undefined;
  const commit = { message: `Merge ${head} into ${base}`, tree, parents: [base, head] };
  const { body } = await world.emulated.ask('POST', at(world, 'git/commits'), commit);
  return String(fields(body).sha);
}

import { mergedTree } from './merged-tree.ts';
import { pullHead, pullOf } from './pulls.ts';
import { afterMove } from './refs.ts';
import { type ApiAnswer, type ApiRequest, fields, refusal } from './request.ts';
import { at, branchHead, type World } from './world.ts';

/**
 * The button "Update branch": a merge of the base into the head by whoever presses it.
 * https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch
 */
export async function updateBranch(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, number, action] = request.parts;
  if (request.method !== 'PUT' || kind !== 'pulls' || action !== 'update-branch') return undefined;
  const pull = await pullOf(world, one => one.number === Number(number));
  if (pull === undefined) return undefined;
  const { ref } = fields(pull.head);
  const into = String(fields(pull.base).ref);
  const [head, base] = [await pullHead(world, pull), (await branchHead(world, into)) ?? ''];
  const expected = request.body?.expected_head_sha;
  if (expected !== undefined && expected !== head)
    return refusal(422, `expected head sha didn’t match current head ref.`);
  const tree = await mergedTree(world, head, base);
  if (tree === undefined) return refusal(422, 'merge conflict between base and head');
  const { authorization } = request;
  const message = `Merge branch '${into}' into ${ref}`;
  const commit = { message, tree, parents: [head, base] };
  const { body } = await world.emulated.ask('POST', at(world, 'git/commits'), commit, authorization);
  const { sha } = fields(body);
  await world.emulated.ask('PATCH', at(world, `git/refs/heads/${ref}`), { sha }, authorization);
  await afterMove(world, String(ref), authorization);
  return { status: 202, body: { message: 'Updating pull request branch.', url: String(pull.html_url) } };
}

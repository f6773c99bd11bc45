import { mergedTree } from './merged-tree.ts';
import { isFromFork, openPulls, pullHead, pullOf } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import { isBehind, unmetStatuses } from './requirements.ts';
import { at, branchHead, type World } from './world.ts';

/** Merges as GitHub does: the head and base of now, by three ways, with its refusals and their statuses. */
export async function merge(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, number, action] = request.parts;
  if (request.method !== 'PUT' || kind !== 'pulls' || action !== 'merge') return undefined;
  const pull = await pullOf(world, one => one.number === Number(number));
  if (pull === undefined) return undefined;
  const head = await pullHead(world, pull);
  const refused = await mergeRefusal(world, pull, head, fields(request.body));
  return refused ?? (await mergeNow(world, request, pull, head));
}

async function mergeNow(world: World, request: ApiRequest, pull: Fields, head: string): Promise<ApiAnswer> {
  const number = Number(pull.number);
  const baseName = String(fields(pull.base).ref);
  const base = (await branchHead(world, baseName)) ?? '';
  const tree = await mergedTree(world, base, head);
  if (tree === undefined) return refusal(405, 'Pull Request is not mergeable');
  const parents = methodOf(request.body) === 'merge' ? [base, head] : [base];
  const { body: made } = await world.emulated.ask('POST', at(world, 'git/commits'), {
    message: `Merge pull request #${number}`,
    tree,
    parents,
  });
  const commit = String(fields(made).sha);
  // `emulate` marks it merged, but moves the base to a commit of its own, made of what was there at the opening.
  const { sha: _, ...body } = fields(request.body);
  const marked = await world.emulated.forward({ ...request, body });
  if (marked.status >= 300) return marked;
  world.ended.set(number, { head, mergeCommit: commit });
  await world.emulated.ask('PATCH', at(world, `git/refs/heads/${baseName}`), { sha: commit, force: true });
  if (world.settings.deletesBranches && !isFromFork(world, pull)) {
    await world.emulated.ask('DELETE', at(world, `git/refs/heads/${String(fields(pull.head).ref)}`));
  }
  return { status: 200, body: { sha: commit, merged: true, message: 'Pull Request successfully merged' } };
}

/** What stands against a merge of the head now. */
export async function mergeRefusal(
  world: World,
  pull: Fields,
  head: string,
  body: Fields,
): Promise<ApiAnswer | undefined> {
  const { settings } = world;
  if (pull.state === 'closed') return refusal(405, 'Pull Request is not mergeable');
  if (body.sha !== undefined && body.sha !== head) {
    return refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (settings.hasMergeQueue) return refusal(405, 'Changes must be made through the merge queue');
  if (pull.draft === true) return refusal(405, 'Pull Request is still a draft');
  const method = methodOf(body);
  if (!settings.methods.has(method)) return refusal(405, NOT_ALLOWED[method]);
  // https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#require-linear-history
  if (settings.linearHistory && method === 'merge')
    return refusal(
      405,
      'Repository rule violations found\n\nThis branch must not contain merge commits.\n\n',
    );
  if (settings.strict && (await isBehind(world, pull, head)))
    return refusal(405, 'Head branch is out of date. Review and try the merge again.');
  if (settings.unmet.length > 0) return refusal(405, 'Repository rule violations found');
  const [missing] = unmetStatuses(world, head);
  return missing && refusal(405, `Required status check "${missing.context}" is ${missing.state}.`);
}

type Method = 'merge' | 'squash' | 'rebase';

function methodOf(body: Fields | undefined): Method {
  const method = body?.merge_method;
  return method === 'squash' || method === 'rebase' ? method : 'merge';
}

const NOT_ALLOWED: Readonly<Record<Method, string>> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/** Merges what GitHub was told to merge by itself, as soon as it may be, whatever anybody's gates say by then. */
export async function settleAutoMerges(world: World, request: ApiRequest): Promise<void> {
  for (const pull of await openPulls(world)) {
    const method = world.autoMerges.get(Number(pull.number));
    const head = method && (await pullHead(world, pull));
    if (head === undefined || head === '') continue;
    const body = { merge_method: String(method).toLowerCase() };
    if ((await mergeRefusal(world, pull, head, body)) !== undefined) continue;
    const path = at(world, `pulls/${pull.number}/merge`);
    const asked = { ...request, method: 'PUT', url: new URL(path, request.url), body };
    await mergeNow(world, asked, pull, head);
  }
}

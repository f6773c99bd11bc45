import { pullHead, pullOf } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import { at, branchHead, filesOf, type World } from './world.ts';

/** Merges as GitHub does: the head and base of now, by three ways, with its refusals and their statuses. */
export async function merge(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, number, action] = request.parts;
  if (request.method !== 'PUT' || kind !== 'pulls' || action !== 'merge') return undefined;
  const pull = await pullOf(world, one => one.number === Number(number));
  if (pull === undefined) return undefined;
  const head = await pullHead(world, pull);
  const refused = mergeRefusal(world, pull, head, fields(request.body));
  if (refused !== undefined) return refused;
  const baseName = String(fields(pull.base).ref);
  const base = (await branchHead(world, baseName)) ?? '';
  const tree = await mergedTree(world, base, head);
  if (tree === undefined) return refusal(405, 'Pull Request is not mergeable');
  const parents = request.body?.merge_method === 'merge' ? [base, head] : [base];
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
  world.ended.set(Number(number), { head, mergeCommit: commit });
  await world.emulated.ask('PATCH', at(world, `git/refs/heads/${baseName}`), { sha: commit, force: true });
  return { status: 200, body: { sha: commit, merged: true, message: 'Pull Request successfully merged' } };
}

/** What stands against a merge of the head now. */
export function mergeRefusal(world: World, pull: Fields, head: string, body: Fields): ApiAnswer | undefined {
  if (pull.state === 'closed') return refusal(405, 'Pull Request is not mergeable');
  if (body.sha !== undefined && body.sha !== head) {
    return refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (world.settings.hasMergeQueue) return refusal(405, 'Changes must be made through the merge queue');
  if (pull.draft === true) return refusal(405, 'Pull Request is still a draft');
  const given = (context: string) =>
    world.statuses.find(status => status.sha === head && status.context === context)?.state === 'success';
  const missing = world.required.find(({ context }) => !given(context));
  return missing && refusal(405, `Required status check "${missing.context}" is expected.`);
}

/** The tree of the base with what the head changed since they parted; `undefined` where both changed a file. */
async function mergedTree(world: World, base: string, head: string): Promise<string | undefined> {
  const { body } = await world.emulated.ask('GET', at(world, `compare/${base}...${head}`));
  const fork = String(fields(body, 'merge_base_commit').sha);
  const [before, ours, theirs] = await Promise.all([fork, base, head].map(commit => filesOf(world, commit)));
  const paths = new Set([...(before?.keys() ?? []), ...(theirs?.keys() ?? [])]);
  const changed = [...paths].filter(path => theirs?.get(path)?.sha !== before?.get(path)?.sha);
  const clash = changed.some(path => {
    const own = ours?.get(path)?.sha;
    return own !== before?.get(path)?.sha && own !== theirs?.get(path)?.sha;
  });
  if (clash) return undefined;
  const { body: commit } = await world.emulated.ask('GET', at(world, `git/commits/${base}`));
  const tree = changed.map(path => {
    const entry = theirs?.get(path) ?? before?.get(path);
    return { path, mode: entry?.mode, type: 'blob', sha: theirs?.get(path)?.sha ?? null };
  });
  const { body: made } = await world.emulated.ask('POST', at(world, 'git/trees'), {
    base_tree: fields(commit, 'tree').sha,
    tree,
  });
  return String(fields(made).sha);
}

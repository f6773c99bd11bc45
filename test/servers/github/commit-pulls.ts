import { pullHead } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, items, refusal } from './request.ts';
import { at, branchHead, isAncestor, type World } from './world.ts';

/**
 * The pull requests of a commit, which `emulate` has not: the merged one that brought it into the default branch; for
 * any other commit those that are open alone.
 * https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
export async function commitPulls(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, sha = '', action] = request.parts;
  if (request.method !== 'GET' || kind !== 'commits' || action !== 'pulls') return undefined;
  const { status } = await world.emulated.ask('GET', at(world, `git/commits/${sha}`));
  if (status !== 200) return refusal(422, `No commit found for SHA: ${sha}`);
  const inDefault = await isAncestor(world, sha, (await branchHead(world, 'main')) ?? '');
  const { body } = await world.emulated.ask('GET', at(world, 'pulls?state=all&per_page=100'));
  const found: Fields[] = [];
  for (const pull of items(body)) {
    const isOf = inDefault ? await brought(world, pull, sha) : await isOpenWith(world, pull, sha);
    if (isOf) found.push(pull);
  }
  return { status: 200, body: found };
}

/** Whether the pull request's merge brought the commit in: as its merge commit, or as one of its own. */
async function brought(world: World, pull: Fields, sha: string): Promise<boolean> {
  const mergeCommit = world.ended.get(Number(pull.number))?.mergeCommit;
  if (mergeCommit === undefined || fields(pull.base).ref !== 'main') return false;
  if (mergeCommit === sha) return true;
  const { body } = await world.emulated.ask('GET', at(world, `git/commits/${mergeCommit}`));
  const before = String(items(fields(body).parents)[0]?.sha);
  return (await isAncestor(world, sha, mergeCommit)) && !(await isAncestor(world, sha, before));
}

async function isOpenWith(world: World, pull: Fields, sha: string): Promise<boolean> {
  return pull.state === 'open' && (await isAncestor(world, sha, await pullHead(world, pull)));
}

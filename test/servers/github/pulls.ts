import { type ApiAnswer, type ApiRequest, type Fields, fields, items, refusal } from './request.ts';
import { at, branchHead, type Ending, isAncestor, type World } from './world.ts';

/** Answers what GitHub refuses of pull requests and reviews where `emulate` accepts it. */
export async function refusePull(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, number, action] = request.parts;
  if (request.method !== 'POST' || kind !== 'pulls') return undefined;
  if (number === undefined) return await refuseOpening(world, fields(request.body));
  const pull = await pullOf(world, one => one.number === Number(number));
  if (pull === undefined) return undefined;
  const author = fields(pull.user).login;
  if (action === 'requested_reviewers' && asked(request).includes(String(author))) {
    return refusal(422, 'Review cannot be requested from pull request author.');
  }
  const { body: user } = await world.emulated.ask('GET', '/user', undefined, request.authorization);
  if (action === 'reviews' && request.body?.event === 'APPROVE' && fields(user).login === author) {
    return refusal(422, 'Unprocessable Entity', ['Can not approve your own pull request']);
  }
  return undefined;
}

/** A review is given on the head of its time, unless it names a commit. */
export async function withReviewedCommit(world: World, request: ApiRequest): Promise<ApiRequest> {
  const [, , , kind, number, action] = request.parts;
  if (request.method !== 'POST' || kind !== 'pulls' || action !== 'reviews') return request;
  const pull = await pullOf(world, one => one.number === Number(number));
  const head = pull && (await pullHead(world, pull));
  return { ...request, body: { ...(head && { commit_id: head }), ...request.body } };
}

/** Pull requests as GitHub shows them: an open one's head follows its branch, an ended one keeps its own. */
export async function showPulls(world: World, request: ApiRequest, answer: ApiAnswer): Promise<ApiAnswer> {
  if (request.parts[3] !== 'pulls' || answer.status >= 300) return answer;
  const { body } = answer;
  if (Array.isArray(body)) {
    return { ...answer, body: await Promise.all(items(body).map(one => shown(world, one, 'listed'))) };
  }
  return { ...answer, body: await shown(world, fields(body), 'single') };
}

/** The open pull requests, with the heads they have now. */
export async function openPulls(world: World): Promise<readonly Fields[]> {
  const { body } = await world.emulated.ask('GET', at(world, 'pulls?state=open&per_page=100'));
  return items(body);
}

/** The pull request that matches, open or ended. */
export async function pullOf(world: World, matches: (pull: Fields) => boolean): Promise<Fields | undefined> {
  const { body } = await world.emulated.ask('GET', at(world, 'pulls?state=all&per_page=100'));
  return items(body).find(matches);
}

/** The head that GitHub shows for a pull request. */
export async function pullHead(world: World, pull: Fields): Promise<string> {
  const { ref, sha } = fields(pull.head);
  return world.ended.get(Number(pull.number))?.head ?? (await branchHead(world, String(ref))) ?? String(sha);
}

/** Closes a pull request as GitHub itself does. */
export async function closePull(world: World, number: number, ending: Ending): Promise<void> {
  world.ended.set(number, { ...ending, closedAt: Date.now() });
  await world.emulated.ask('PATCH', at(world, `pulls/${number}`), { state: 'closed' });
}

/** Notes the head of a pull request that somebody closes, and forgets it where it is opened again. */
export async function noteEnd(world: World, request: ApiRequest): Promise<void> {
  const [, , , kind, number] = request.parts;
  if (request.method !== 'PATCH' || kind !== 'pulls') return;
  const pull = await pullOf(world, one => one.number === Number(number));
  if (request.body?.state === 'closed' && pull?.state === 'open') {
    const { body: user } = await world.emulated.ask('GET', '/user', undefined, request.authorization);
    world.ended.set(Number(number), {
      head: await pullHead(world, pull),
      closedBy: fields(user),
      closedAt: Date.now(),
    });
  }
  if (request.body?.state === 'open') world.ended.delete(Number(number));
}

async function refuseOpening(world: World, body: Fields): Promise<ApiAnswer | undefined> {
  const [head, base] = [String(body.head), String(body.base)];
  const commits = { head: await branchHead(world, head), base: await branchHead(world, base) };
  for (const field of ['head', 'base'] as const) {
    if (commits[field] === undefined) return invalid({ field, code: 'invalid' });
  }
  if (await isAncestor(world, commits.head ?? '', commits.base ?? '')) {
    return invalid({ code: 'custom', message: `No commits between ${base} and ${head}` });
  }
  const twin = (await openPulls(world)).find(
    pull => fields(pull.head).ref === head && fields(pull.base).ref === base,
  );
  if (twin === undefined) return undefined;
  return invalid({ code: 'custom', message: `A pull request already exists for ${world.owner}:${head}.` });
}

function invalid(error: Fields): ApiAnswer {
  return refusal(422, 'Validation Failed', [{ resource: 'PullRequest', ...error }]);
}

function asked({ body }: ApiRequest): readonly string[] {
  return Array.isArray(body?.reviewers) ? body.reviewers.map(String) : [];
}

async function shown(world: World, pull: Fields, how: 'listed' | 'single'): Promise<Fields> {
  if (typeof pull.number !== 'number' || pull.head === undefined) return pull;
  const { merged, mergeable, mergeable_state, merged_by, ...common } = pull;
  const mergeCommit = world.ended.get(pull.number)?.mergeCommit;
  return {
    ...common,
    ...(how === 'single' && { merged, mergeable, mergeable_state, merged_by }),
    auto_merge: world.autoMerges.has(pull.number) ? { merge_method: 'squash' } : null,
    assignees: world.assignees.get(pull.number) ?? [],
    ...(mergeCommit && { merge_commit_sha: mergeCommit }),
    head: { ...fields(pull.head), sha: await pullHead(world, pull), ...headRepository(world, pull) },
  };
}

/** Whether the head lies in another repository. */
export function isFromFork({ forked }: World, { number }: Fields): boolean {
  return forked.has(Number(number));
}

/** Where the head lies: GitHub says `null` of a fork that is gone. */
function headRepository({ forked }: World, { number, base }: Fields): Fields {
  const { repo } = fields(base);
  switch (forked.get(Number(number))) {
    case 'fork':
      return { repo: { ...fields(repo), id: Number(fields(repo).id) + 1, name: 'gitops-fork', fork: true } };
    case 'gone':
      return { repo: null };
    default:
      return {};
  }
}

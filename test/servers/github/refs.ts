import { closePull, openPulls } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, fields, items, refusal } from './request.ts';
import { at, branchHead, isAncestor, type World } from './world.ts';

/** Answers a write to a ref where a rule of GitHub stands against it. */
export function refuseProtected(world: World, request: ApiRequest): ApiAnswer | undefined {
  const [, , , git, refs, ...rest] = request.parts;
  if (request.method === 'GET' || git !== 'git' || refs !== 'refs') return undefined;
  const branch = rest.length === 0 ? String(request.body?.ref).replace('refs/heads/', '') : branchOf(rest);
  if (world.settings.forbidsForce && request.method === 'PATCH' && request.body?.force === true)
    return refusal(422, NO_FORCE);
  if (!world.settings.protectedBranches.has(branch)) return undefined;
  return refusal(422, `Protected branch update failed for refs/heads/${branch}.`, [
    { message: 'Changes must be made through a pull request.' },
  ]);
}

/** What GitHub does once a branch has moved: a pull request whose branch has no commits of its own is closed. */
export async function afterRefWrite(world: World, request: ApiRequest): Promise<void> {
  const [, , , git, refs, ...rest] = request.parts;
  if (request.method === 'GET' || git !== 'git' || refs !== 'refs') return;
  const branch = rest.length === 0 ? String(request.body?.ref).replace('refs/heads/', '') : branchOf(rest);
  await afterMove(world, branch, request.authorization);
}

/** Notes the move of a branch and what follows from it. */
export async function afterMove(world: World, branch: string, authorization: string): Promise<void> {
  const head = await branchHead(world, branch);
  const last = world.activities.find(({ ref, after }) => ref === `refs/heads/${branch}` && after !== NONE);
  const { body: actor } = await world.emulated.ask('GET', '/user', undefined, authorization);
  const before = String(last?.after ?? NONE);
  const after = head ?? NONE;
  const isForced = before !== NONE && after !== NONE && !(await isAncestor(world, before, after));
  // https://docs.github.com/en/rest/repos/repos#list-repository-activities
  world.activities.unshift({
    id: world.activities.length + 1,
    ref: `refs/heads/${branch}`,
    before,
    after,
    timestamp: new Date().toISOString(),
    activity_type: isForced ? 'force_push' : typeOf(before, after),
    actor,
  });
  for (const pull of await openPulls(world)) {
    if (fields(pull.head).ref !== branch) continue;
    const base = (await branchHead(world, String(fields(pull.base).ref))) ?? '';
    if (head === undefined || (await isAncestor(world, head, base))) {
      const ended = head ?? String(last?.after ?? fields(pull.head).sha);
      // Whoever deletes a branch closes what is open from it: both events are theirs, of the same second.
      const deleted = head === undefined ? { deletedAt: Date.now() } : {};
      await closePull(world, Number(pull.number), { head: ended, closedBy: fields(actor), ...deleted });
    }
  }
}

function typeOf(before: string, after: string): string {
  if (before === NONE) return 'branch_creation';
  return after === NONE ? 'branch_deletion' : 'push';
}

/** https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#block-force-pushes */
const NO_FORCE = 'Repository rule violations found\n\nCannot force-push to this branch\n\n';

/** What stands for no commit. */
const NONE = '0'.repeat(40);

/** `updateRefs` of GraphQL: https://docs.github.com/en/graphql/reference/mutations#updaterefs */
export async function updateRefs(
  world: World,
  input: unknown,
  authorization: string,
): Promise<string | undefined> {
  for (const update of items(fields(input).refUpdates)) {
    const { name, beforeOid, afterOid, force } = update;
    const branch = String(name).replace('refs/heads/', '');
    if (world.settings.protectedBranches.has(branch)) return `Protected branch update failed for ${name}.`;
    const now = await branchHead(world, branch);
    if (world.settings.forbidsForce && now !== undefined && !(await isAncestor(world, now, String(afterOid))))
      return NO_FORCE;
    const isAbsent = /^0+$/.test(String(beforeOid));
    if (beforeOid !== undefined && (isAbsent ? now !== undefined : now !== beforeOid)) {
      return `Reference cannot be updated: expected ${name} to be at ${beforeOid}, but it was at ${now}`;
    }
    const { status, body } =
      now === undefined
        ? await world.emulated.ask('POST', at(world, 'git/refs'), { ref: name, sha: afterOid }, authorization)
        : await world.emulated.ask(
            'PATCH',
            at(world, `git/refs/heads/${branch}`),
            { sha: afterOid, force },
            authorization,
          );
    if (status >= 300) return String(fields(body).message);
    await afterMove(world, branch, authorization);
  }
  return undefined;
}

function branchOf(rest: readonly string[]): string {
  return rest.join('/').replace(/^heads\//, '');
}

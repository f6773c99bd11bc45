import type { Environment } from '../../environments/environments.ts';
import { type HoldChange, holdChanges } from '../../environments/holds/hold-changes.ts';
import { readableEntries } from '../../environments/holds/holds.ts';
import type { PullRequest } from '../../forges/forge.ts';
import { holdGroup } from '../../plan/groups.ts';
import { applying } from '../../plan/holds/edit-holds.ts';
import type { GroupChange } from '../../proposals/group-change.ts';
import { readPushes } from '../../proposals/pushes.ts';
import { readHolds } from '../../proposals/read-change.ts';
import { branchOf } from '../../proposals/run.ts';
import type { GatePlace } from './place.ts';

/**
 * The environment's open proposals of holds and releases that promote's own account pushed. Their merge is
 * their approval. Pushes of others do not count.
 */
export async function openHolds(
  { forge, repository, branch }: GatePlace,
  environment: Environment,
): Promise<readonly GroupChange[]> {
  const open = await forge.openPullRequests(branchOf({ environment }, ''), branch);
  const holds = open.filter(pull => pull.branch.startsWith(branchOf({ environment }, holdGroup(''))));
  const found = holds.map(async (pullRequest): Promise<readonly GroupChange[]> => {
    const changes = await pushedChanges(pullRequest);
    const group = pullRequest.branch.slice(branchOf({ environment }, '').length);
    const editHolds = () => applying(changes);
    return changes.length === 0 ? [] : [{ group, members: [], approval: undefined, editHolds, reverts: [] }];
  });
  return (await Promise.all(found)).flat();

  async function pushedChanges(pullRequest: PullRequest): Promise<readonly HoldChange[]> {
    const pushes = readPushes(await forge.heads(pullRequest), await forge.viewer());
    const own = pushes.commitOf(pullRequest.head);
    if (own?.parent === undefined || pushes.unread !== undefined) return [];
    const [before, after] = await Promise.all(
      [own.parent, own.commit].map(async commit => readableEntries(await readHolds(repository, commit))),
    );
    const isHere = ({ hold }: HoldChange) => hold.environment === environment.name;
    return holdChanges(before ?? [], after ?? []).filter(isHere);
  }
}

import type { Environment } from '../../environments/environments.ts';
import { HOLDS_FILE } from '../../environments/holds/holds.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { isGated } from '../../plan/protected-changes.ts';
import { editFiles, type GroupChange, promotionChange } from '../../proposals/group-change.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { missingFormats } from '../../signing/sign.ts';
import { planEnvironment } from '../plan-environment.ts';
import type { GatePlace } from './gate.ts';
import { gateRequest } from './judge-revert.ts';

/**
 * What the open promotions, rollbacks and holds in a merge group change, as texts by path: those whose gates are open
 * when they are judged again, whose images are at their targets, and whose every edit is in the group.
 */
export async function promotionsIn(
  place: GatePlace,
  group: { readonly before: string; readonly after: string },
): Promise<ReadonlyMap<string, string>> {
  const { environments, repository } = place;
  const found: GroupChange[] = [];
  for (const environment of place.here.filter(isGated)) {
    for (const change of await openChanges(place, environment)) {
      const left = await editFiles(change, environments, { repository, commit: group.after }, 'any');
      const isIn = left.kind === 'edited' && left.files.size === 0;
      if (isIn && (await areThere(place, environment, change.members))) found.push(change);
    }
  }
  const members = found.flatMap(change => change.members);
  const editHolds: GroupChange['editHolds'] = proposed => text =>
    found.reduce((edited, change) => change.editHolds(proposed)(edited), text);
  const proposed = (await readFiles(repository, group.after, path => path === HOLDS_FILE)).get(HOLDS_FILE);
  const edited = await editFiles({ members, editHolds }, environments, {
    repository,
    commit: group.before,
    proposed,
  });
  return edited.kind === 'edited' ? edited.files : new Map();
}

/** What is proposed for an environment and may be merged now. */
async function openChanges(
  { effects, environments }: GatePlace,
  environment: Environment,
): Promise<readonly GroupChange[]> {
  const planned = await planEnvironment(effects, environments, gateRequest(environment.name));
  const promotions = planned.groups.flatMap(decision => {
    const proposal = planned.proposals.get(decision.group);
    const isOpen = decision.state === 'ready' && proposal?.state === 'current';
    return isOpen ? [promotionChange(environment, decision)] : [];
  });
  const rollbacks = planned.rollbacks.flatMap(({ prepared: { decision, change, found } }) =>
    decision.state === 'ready' && found?.state === 'current' ? [change] : [],
  );
  return [...promotions, ...rollbacks];
}

/** Whether every target holds the images whole and, where signing is configured, signed. */
async function areThere(
  { effects }: GatePlace,
  { signing }: Environment,
  members: readonly Candidate[],
): Promise<boolean> {
  const ours = signing && (await effects.signing(signing));
  const checked = members.flatMap(({ digest, targets }) =>
    targets.map(async ({ repository }) => {
      const store = effects.store(repository);
      if ((await checkClosure(store, digest)).lacks.length > 0) return false;
      if (ours === undefined) return true;
      const search = { store, digest, referrers: await store.referrers(digest), trust: ours.trust };
      return (await missingFormats(search, ours.formats)).length === 0;
    }),
  );
  return (await Promise.all(checked)).every(Boolean);
}

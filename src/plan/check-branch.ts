import type { Environment } from '../environments/environments.ts';
import type { Finding } from './check.ts';
import { formerStatus, GATE_STATUS } from './gate-status.ts';
import { groupOf } from './groups.ts';
import type { ImagePin } from './snapshot.ts';

/** What promote does with an environment's branch, as it is described to a forge. */
export type BranchUse =
  | { readonly commit: 'direct' }
  | {
      readonly commit: 'pull-request';
      /** The status that a merge has to wait for. */
      readonly status: string;
      /** Statuses of single groups, which no other pull request gets. */
      readonly former: readonly string[];
      readonly merges: boolean;
    };

/** A forge's answer about one rule of a branch. */
interface BranchRule {
  readonly verdict: 'ok' | 'warning' | 'error';
  readonly text: string;
  readonly hint?: string | undefined;
}

/** Describes the use of the branch that an environment commits to. */
export function branchUse(
  { name, commit, grouping, pullRequest: { merge } }: Environment,
  pins: readonly ImagePin[],
): BranchUse {
  if (commit === 'direct') return { commit };
  const former = new Set(pins.map(({ image }) => formerStatus(name, groupOf(grouping, image))));
  return { commit, status: GATE_STATUS, former: [...former], merges: merge.kind === 'automatic' };
}

/** A forge's answer as findings about an environment. */
export function branchFindings(
  { name: subject }: Environment,
  rules: readonly BranchRule[],
): readonly Finding[] {
  return rules.map(({ verdict, text: message, hint }) => {
    const severity = verdict === 'ok' ? 'note' : verdict;
    return { severity, subject, message, hint, ok: verdict === 'ok' ? true : undefined };
  });
}

/** A gated environment, and the branch that its pull requests go to. */
export interface GatedBranch {
  readonly name: string;
  readonly repository: string;
  readonly branch: string;
}

/** Warns of gated environments of one repository on several branches: a commit's status counts for each. */
export function checkGatedBranches(gated: readonly GatedBranch[]): readonly Finding[] {
  return [...Map.groupBy(gated, ({ repository }) => repository)].flatMap(([repository, found]) => {
    const branches = [...new Set(found.map(({ branch }) => branch))];
    const [subject = ''] = found.map(({ name }) => name);
    if (branches.length < 2) return [];
    const list = branches.join(' and ');
    const message = `gated environments of ${repository} are on ${list}. A pull request that is green for one can be pointed at another. It stays green until it is judged again`;
    const hint = 'have the forge demand that branches are up to date, or keep the environments on one branch';
    return [{ severity: 'warning', subject, message, hint }];
  });
}

/** Why comments do not approve on some forges. */
export const UNPROVEN = 'its forge does not prove that nobody edited a comment';

/** Finds approval by comment on a forge that does not prove that nobody edited a comment. */
export function checkComments(
  { name: subject, gates, rollback }: Environment,
  isProven: boolean,
): readonly Finding[] {
  if (isProven || ![gates.approval, rollback?.approval].some(approval => approval?.by === 'comment'))
    return [];
  const message = `approval by comment, but ${UNPROVEN}`;
  return [{ severity: 'error', subject, message, hint: 'write `by: review`' }];
}

import type { Environment } from '../environments/environments.ts';
import { isOnPullRequest } from '../environments/gates/approval.ts';
import { PromoteError } from '../errors.ts';
import type { Finding } from '../plan/check.ts';
import { branchFindings, branchUse, checkComments } from '../plan/check-branch.ts';
import { checkProtection, needsProtection } from '../plan/check-protection.ts';
import { unchecked } from '../plan/check-registries.ts';
import type { ImagePin } from '../plan/snapshot.ts';
import type { Effects } from '../run/effects.ts';
import type { Examiner } from './doctor/examiner.ts';

/** The approving teams that cannot be read, which would stop a run at the first review. */
export async function checkTeams(effects: Effects, environment: Environment): Promise<readonly Finding[]> {
  const { deployment, gates, rollback } = environment;
  const teams = new Set([gates.approval, rollback?.approval].flatMap(approval => approval?.teams ?? []));
  const forge = teams.size === 0 ? undefined : await effects.forge?.(deployment);
  if (forge === undefined) return [];
  const read = await Promise.all([...teams].map(team => attempt(environment, () => forge.members(team))));
  return read.flatMap(members => ('problem' in members ? [members.problem] : []));
}

/** Checks how jobs enter the CI's environment, if that is the approval. */
export async function checkEntry(
  { environmentProtection }: Effects,
  environment: Environment,
): Promise<readonly Finding[]> {
  const { name, deployment } = environment;
  if (environmentProtection === undefined || !needsProtection(environment)) return [];
  const read = await attempt(environment, () => environmentProtection(name, deployment));
  return 'problem' in read ? [read.problem] : checkProtection(name, read.value);
}

/** Checks that a forge can record deployments, if the environment asks for this. */
export async function checkRecording(
  { deployments }: Effects,
  environment: Environment,
): Promise<readonly Finding[]> {
  const { deployment, name, recordsDeployments } = environment;
  if (deployments === undefined || recordsDeployments === undefined) return [];
  const read = await attempt(environment, () => deployments(deployment));
  if ('problem' in read) return [read.problem];
  const message = 'no deployment is recorded: its repository is on no forge that keeps them, or has no token';
  const hint = 'set the token of GitHub or GitLab, or take `record` out of `deployments`';
  return read.value === undefined ? [{ severity: 'warning', subject: name, message, hint }] : [];
}

/** The answer to a question, or the finding that it failed with. */
type Attempt<T> = { readonly value: T } | { readonly problem: Finding };

/** Asks a question, and turns a failure into a finding. */
export async function attempt<T>(
  { name }: Pick<Environment, 'name'>,
  task: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { value: await task() };
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    const { message, hint, isAbsent } = error;
    if (isAbsent) return { problem: unchecked(name, message, hint) };
    return { problem: { severity: 'error', subject: name, message, hint } };
  }
}

interface ForgeUse {
  readonly effects: Effects;
  readonly environment: Environment;
  readonly branch: string;
  readonly pins: readonly ImagePin[];
  readonly examiner: Examiner | undefined;
}

/** Checks what the branch's rules still allow, or what is missing without a forge. */
export async function checkForge({
  effects,
  environment,
  branch,
  pins,
  examiner,
}: ForgeUse): Promise<readonly Finding[]> {
  const { commit, deployment, gates, name, rollback } = environment;
  const forge = await effects.forge?.(deployment);
  if (forge) {
    const rules = await forge.branchRules(branch, branchUse(environment, pins));
    return [
      ...checkComments(environment, forge.approvalComments !== undefined),
      ...branchFindings(environment, rules),
    ];
  }
  const missing = await examiner?.missingLogin(deployment);
  if (missing !== undefined) return [unchecked(name, `what ${branch} asks for: ${missing}`)];
  if (commit === 'direct') return [];
  const isReviewed = [gates.approval, rollback?.approval].some(isOnPullRequest);
  return [
    {
      severity: isReviewed ? 'error' : 'note',
      subject: name,
      message: `plain Git: promotions end on a branch, without a pull request${isReviewed ? ' to review' : ''}`,
      ...(isReviewed ? { hint: 'name the forge in deployments.forge, or write `by: stated`' } : {}),
    },
  ];
}

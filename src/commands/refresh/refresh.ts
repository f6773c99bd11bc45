import type { Environments, Refresh } from '../../environments/environments.ts';
import { acceptedSigners, opensAt } from '../../environments/refresh.ts';
import { judgeImage } from '../../facts/judge-image.ts';
import type { PullRequest } from '../../forges/forge.ts';
import { isSigned, refusalOf } from '../../gates/signature.ts';
import { SIGNATURE_PULLS } from '../../images/signature.ts';
import { formatReference } from '../../oci/reference.ts';
import { referenceIn } from '../../plan/refresh/reference-target.ts';
import type { RefreshGroup, RefreshPlan } from '../../plan/refresh/refresh-plan.ts';
import { planRefresh } from '../../plan/refresh/refresh-plan.ts';
import type { Resolution } from '../../plan/refresh/resolution.ts';
import { closePullRequest } from '../../proposals/close.ts';
import { nextStep } from '../../proposals/next-step.ts';
import type { ClosedRefresh, GroupRefresh, RefreshResult } from '../../reports/refresh.ts';
import type { Effects } from '../../run/effects.ts';
import { advanceGroup } from './advance-group.ts';
import { policyMark } from './content.ts';
import { createFirstSeen, rememberYoung } from './first-seen.ts';
import { isOurs, isUnproposed, ownCommit, proposalOf, type RefreshProposal } from './proposal-state.ts';
import type { Questions } from './questions.ts';
import { createQuestions } from './questions.ts';
import { type RefreshPlace, readPlaces } from './read-places.ts';
import type { RefreshRun } from './refresh-run.ts';
import { inParallel, requireRefresh } from './refresh-run.ts';
import { type Resolving, resolveReference } from './resolve.ts';

/** The caller's request. */
export interface RefreshRequest {
  /** Files, directories or globs; empty: all. */
  readonly paths: readonly string[];
  /** Whether branches and pull requests are written; otherwise the result only says what would be. */
  readonly writes: boolean;
  /** The page of this CI run, if there is one. */
  readonly runUrl?: string | undefined;
}

/**
 * Finds base and third-party images, asks their registries, and opens one pull request for each group, up to the limit.
 * A run writes nothing if nothing has changed.
 */
export async function refreshImages(
  effects: Effects,
  environments: Environments,
  { paths, writes, runUrl }: RefreshRequest,
): Promise<readonly RefreshResult[]> {
  const refresh = requireRefresh(environments);
  const questions = createQuestions(effects);
  const results: RefreshResult[] = [];
  for (const place of await readPlaces(effects, environments, refresh, paths)) {
    const { repository, head, sites, unreadable, deployment } = place;
    const base = { repository: repository.name, branch: head.branch };
    const forge = await effects.forge?.(deployment);
    const run = { effects, environments, refresh, place, forge, runUrl };
    const firstSeen = createFirstSeen(run);
    const now = effects.now();
    const resolving = { refresh, questions, firstSeen, now };
    const resolutions = await resolveAll(effects, resolving, place);
    const plan = planRefresh({ refresh, base, sites, resolutions, now });
    const isWhole = paths.length === 0 && unreadable.length === 0;
    const proposed = await proposeGroups(run, plan, { questions, writes, isWhole });
    const isAnswered = [...resolutions.values()].every(({ kind }) => kind !== 'failed' && kind !== 'waiting');
    if (writes) await rememberYoung(run, plan.aging, isWhole && isAnswered);
    const left = [...plan.left, ...unreadable];
    const { current } = plan;
    results.push({ repository: base.repository, commit: head.commit, ...proposed, left, current });
  }
  return results;
}

async function resolveAll(
  effects: Effects,
  resolving: Resolving,
  { sites }: RefreshPlace,
): Promise<ReadonlyMap<string, Resolution>> {
  const references = sites.flatMap(site => (site.kind === 'explained' ? [] : [referenceIn(site.pin)]));
  const distinct = new Map(references.map(reference => [formatReference(reference), reference]));
  const resolved = await inParallel([...distinct], async ([key, reference]) => {
    const resolution = await resolveReference(resolving, reference);
    return [key, await requireSignature(effects, resolving, resolution)] as const;
  });
  return new Map(resolved);
}

/** Accepts an update only if a required signer of its repository has signed the image. */
async function requireSignature(
  effects: Effects,
  { refresh, questions }: { readonly refresh: Refresh; readonly questions: Questions },
  resolution: Resolution,
): Promise<Resolution> {
  if (resolution.kind !== 'update') return resolution;
  const accepted = acceptedSigners(refresh, resolution.repository);
  if (accepted.length === 0) return resolution;
  // A key that cannot be loaded is an error of the environments file, not of a registry.
  await Promise.all(accepted.map(effects.trust));
  const findings = await questions.attempt(
    resolution.repository,
    async () => await Promise.all(accepted.map(signer => judgeImage(effects, resolution, signer))),
    accepted.length * SIGNATURE_PULLS,
  );
  if ('kind' in findings) return findings;
  if (findings.some(isSigned)) return resolution;
  return { kind: 'unsigned', reason: findings.map(refusalOf).join('; ') };
}

/** The outcomes of a place's groups, and of pull requests whose groups are gone. */
interface ProposedGroups {
  readonly groups: readonly GroupRefresh[];
  readonly closed: readonly ClosedRefresh[];
}

/**
 * Updates each group's pull request. Those with nothing left to do are closed, and open ones are updated. New ones
 * are opened as far as schedule and limit allow. Without `writes` the result only says what would be.
 */
export async function proposeGroups(
  run: RefreshRun,
  plan: RefreshPlan,
  asked: {
    readonly questions: Questions;
    readonly writes: boolean;
    readonly isWhole: boolean;
    /** The groups whose pull requests this run may change; absent: all. */
    readonly only?: ReadonlySet<string> | undefined;
  },
): Promise<ProposedGroups> {
  const { forge, place } = run;
  const listed = (await forge?.openPullRequests(place.prefix, place.head.branch)) ?? [];
  const { only } = asked;
  const open = listed.filter(({ branch }) => only?.has(branch.slice(place.prefix.length)) ?? true);
  const stale = await staleRefreshes(run, plan, { open, isWhole: asked.isWhole });
  const closed: ClosedRefresh[] = [];
  for (const pullRequest of stale) {
    const { branch, url } = pullRequest;
    closed.push(asked.writes ? await closeStale(run, pullRequest) : { kind: 'planned', branch, url });
  }
  const proposals = new Map<RefreshGroup, RefreshProposal>();
  const { unsettled } = plan;
  for (const group of plan.groups) proposals.set(group, await proposalOf(run, group, { open, unsettled }));
  const onBranches = [...proposals.values()].filter(proposal => !isUnproposed(run, proposal));
  const taken = forge ? open.length - stale.length : onBranches.length;
  const postponed = postponedGroups(run, proposals, taken);
  const groups: GroupRefresh[] = [];
  for (const [group, proposal] of proposals) {
    groups.push(await advanceGroup(run, group, { ...asked, proposal, postponed: postponed.get(group) }));
  }
  return { groups, closed };
}

/** The groups that get no pull request now, and why. */
function postponedGroups(
  run: RefreshRun,
  proposals: ReadonlyMap<RefreshGroup, RefreshProposal>,
  taken: number,
): ReadonlyMap<RefreshGroup, string> {
  const { refresh, effects } = run;
  const due = [...proposals].flatMap(([group, proposal]) => (isUnproposed(run, proposal) ? [group] : []));
  if (!opensAt(refresh, effects.now())) {
    return new Map(due.map(group => [group, 'refresh.schedule opens none at this time']));
  }
  const left = due.slice(Math.max(0, refresh.limit - taken));
  return new Map(left.map(group => [group, `refresh.limit: ${refresh.limit} are open`]));
}

/**
 * The open pull requests that are no longer needed. Every reference of their group is up to date, was
 * checked, and is in a file of this run. If the settings changed, unchecked references do not matter. Pull
 * requests with commits by others are left alone.
 */
async function staleRefreshes(
  run: RefreshRun,
  { groups, unsettled }: RefreshPlan,
  { open, isWhole }: { readonly open: readonly PullRequest[]; readonly isWhole: boolean },
): Promise<readonly PullRequest[]> {
  const branchOf = (name: string) => `${run.place.prefix}${name}`;
  const due = new Set(groups.map(({ name }) => branchOf(name)));
  const waiting = new Set([...unsettled].map(branchOf));
  const mark = policyMark(run.refresh);
  const unneeded = open.filter(
    ({ branch, body }) => !due.has(branch) && !(waiting.has(branch) && body.includes(mark)),
  );
  const over = await Promise.all(
    unneeded.map(async ({ head }) => {
      if (!isWhole && !(await isLookedAt(run, head))) return false;
      const state = (await isOurs(run, head)) ? 'outdated' : 'foreign';
      return nextStep('nothing', state, 'none') === 'close';
    }),
  );
  return unneeded.filter((_, index) => over[index]);
}

async function isLookedAt(run: RefreshRun, commit: string): Promise<boolean> {
  return (await ownCommit(run, commit))?.files.every(run.place.isLookedAt) ?? false;
}

const REASON =
  'Nothing is left to change here: its images are up to date, in another group, or no longer looked at.';

/** Closes a pull request with the reason; the same images may be proposed again. */
async function closeStale(
  { forge, refresh: { pullRequest: settings } }: RefreshRun,
  stale: PullRequest,
): Promise<ClosedRefresh> {
  const { url, branch } = stale;
  if (forge !== undefined) await closePullRequest(forge, settings, stale, REASON);
  return { kind: 'closed', branch, url };
}

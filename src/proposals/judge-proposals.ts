import type { PullRequest } from '../forges/forge.ts';
import type { GroupDecision } from '../gates/decide.ts';
import { groupOf } from '../plan/groups.ts';
import type { DecideAgain, Decided, JudgedGroup } from './decided.ts';
import { promotionChange } from './group-change.ts';
import { judgeGroup } from './judge-group.ts';
import { keepProposed } from './keep.ts';
import { branchOf, type ProposalRun } from './run.ts';

/**
 * Finds each group's pull request, compares it with the group's plan, and counts its reviews. A run that
 * names no builds, such as one that a review starts, continues with the proposed builds.
 */
export async function judgeProposals(
  run: ProposalRun,
  decided: Decided,
  again: DecideAgain,
): Promise<readonly JudgedGroup[]> {
  const { environment, request } = run;
  const unnamed = unnamedGroups(run, decided).map(
    (group): GroupDecision => ({ group, judged: [], state: 'nothing' }),
  );
  const choices = choiceGroups(run, decided);
  const judged = [...decided.groups, ...unnamed].map(async (decision): Promise<readonly JudgedGroup[]> => {
    // If a group cannot be decided now, its proposal stays as it is.
    if (decision.state === 'failed') return [{ decision }];
    const isUnnamed = unnamed.includes(decision);
    // An earlier run may have named the proposed digest.
    const isOpenChoice = isUnnamed || choices.has(decision.group);
    const pullRequest = await findNewest(run, decision);
    // The open pull request is about other digests than the pinned ones, which a repair completes.
    const isNone = pullRequest === undefined || (request.repair && pullRequest.state !== 'merged');
    if (isNone) return isUnnamed ? [] : [{ decision }];
    const change = promotionChange(environment, decision);
    const group = await judgeGroup(run, { decision, change }, pullRequest, decided);
    const isOther = group.proposal.state === 'outdated' && group.proposal.change.kind === 'pins';
    const mayKeep = isOther && (isUnnamed || decision.state !== 'nothing');
    const kept = mayKeep
      ? await keepProposed(run, decided, { ...group, isUnnamed: isOpenChoice }, again)
      : undefined;
    if (kept !== undefined) return [kept];
    return isUnnamed ? [] : [group];
  });
  return (await Promise.all(judged)).flat();
}

/** An ended pull request matters only if something would be proposed again; all open ones are in one list. */
async function findNewest(run: ProposalRun, decision: GroupDecision): Promise<PullRequest | undefined> {
  const { base, forge } = run;
  const named = branchOf(run, decision.group);
  const open = await forge.openPullRequests(branchOf(run, ''), base.branch);
  const found = open.find(({ branch }) => branch === named);
  return found ?? ('plan' in decision ? await forge.pullRequests.find(named, base.branch) : undefined);
}

function unnamedGroups({ environment, request }: ProposalRun, { outcomes }: Decided): readonly string[] {
  if (environment.from.kind !== 'build' || request.images.size > 0) return [];
  const absent = outcomes.flatMap(outcome => (outcome.kind === 'absent' ? outcome.image : []));
  return [...new Set(absent.map(image => groupOf(environment.grouping, image)))];
}

/** The groups in which a person has to name one of several digests, and this run names none. */
function choiceGroups({ environment, request }: ProposalRun, { outcomes }: Decided): ReadonlySet<string> {
  if (request.images.size > 0) return new Set();
  const open = outcomes.flatMap(outcome =>
    outcome.kind === 'closed' && outcome.isChoice === true ? outcome.image : [],
  );
  return new Set(open.map(image => groupOf(environment.grouping, image)));
}

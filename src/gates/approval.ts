import type { ApprovalGate } from '../environments/gates/approval.ts';
import { isRestOf } from '../plan/compare.ts';
import type { Plan } from '../plan/plan.ts';
import {
  type Approval,
  approvers,
  isRequester,
  mayApprove,
  type Person,
  type ReviewFacts,
  type RunFacts,
} from './approvals.ts';
import type { Facts } from './facts.ts';
import type { PlanGate, Verdict } from './gate.ts';
import { NOBODY, tallyReviews } from './review-approval.ts';

/** Waits until enough different people who may approve have approved exactly this plan. */
export const approvalGate: PlanGate = {
  onRollback: 'decides',
  judge: (plan, facts, { gates, rollback }) => {
    const { approval } = (plan.kind === 'rollback' ? rollback : gates) ?? {};
    if (approval === undefined) return undefined;
    switch (approval.by) {
      case 'review':
      case 'comment':
        return judgeReviews(approval, facts, plan);
      case 'environment':
        return judgeRun(approval, facts, plan);
      case 'stated':
        return judgeStated(approval, facts);
      case 'signature':
        return undefined;
    }
  },
};

function judgeReviews(gate: ApprovalGate, facts: Facts, { group, digest }: Plan): Verdict {
  const given = facts.reviews.get(group);
  const { approvals, against, ignored } = given
    ? tallyReviews(gate, given)
    : { approvals: [], against: [], ignored: [] };
  const notes = [...against.map(person => `${person} requests changes`), ...notCounted(ignored)];
  const isMerged = given?.merged !== undefined;
  const late = isMerged ? `, which was merged too early: ${gate.by}s count there still` : '';
  const hint =
    gate.by === 'comment'
      ? `comment \`${facts.approveCommand} ${digest}\` on ${given?.merged ?? 'the pull request'}${late}`
      : `review ${given?.merged ?? 'the pull request'}${late}`;
  return against.length > 0
    ? waiting(gate, approvals, notes, hint)
    : countApprovals(gate, approvals, notes, hint);
}

function judgeRun(gate: ApprovalGate, { run, reviews }: Facts, plan: Plan): Verdict {
  const { environment, digest, group } = plan;
  const hint = `run this job in the protected environment ${environment}, with the plan digest of an earlier job`;
  const isNamed = run?.plans.has(digest) || run?.earlier.some(before => isRestOf(plan, before));
  if (run !== undefined && isLate(run, plan, isNamed === true)) return startAnew(run);
  if (run === undefined || !isNamed)
    return waiting(gate, [], ['no earlier job of this run named this plan'], hint);
  const people = run.approvals
    .filter(approval => approval.environment === environment)
    .map(({ person }) => ({ person, objection: objectionTo(gate, run, person, reviews.get(group)) }));
  const approvals = people
    .filter(({ objection }) => objection === undefined)
    .map(({ person: { id, name } }): Approval => {
      const url = run.url === undefined ? {} : { url: run.url };
      return { kind: 'environment', name, id, environment, ...url, authenticated: true };
    });
  const ignored = people.flatMap(({ person, objection }) =>
    objection === undefined ? [] : [`${person.name}: ${objection}`],
  );
  const { protection } = run;
  if (people.length === 0 && protection?.asksPeople === false)
    return asksNobody(environment, protection.waitsFor);
  return countApprovals(gate, approvals, notCounted(ignored), `have others let this job into ${environment}`);
}

/**
 * Whether the first attempt of the run did not name the plan. A run's approvals are listed for all its
 * attempts together, without a time.
 * https://docs.github.com/en/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run
 */
function isLate({ plans, late, isAgain, earlier }: RunFacts, plan: Plan, isNamed: boolean): boolean {
  if (!isNamed) return isAgain && plans.size > 0;
  return plans.has(plan.digest)
    ? late.has(plan.digest)
    : earlier.every(before => !isRestOf(plan, before) || late.has(before.digest));
}

function startAnew({ url }: RunFacts): Verdict {
  return {
    kind: 'closed',
    gate: 'approval',
    reason:
      'this plan was made in a later attempt of the run, and approvals do not say which attempt they are for',
    hint: `start a new run${url === undefined ? '' : ` instead of running ${url} again`}`,
  };
}

function asksNobody(environment: string, waitsFor: readonly string[]): Verdict {
  const what = waitsFor.length === 0 ? 'nothing' : `only ${waitsFor.join(' and ')}`;
  return {
    kind: 'closed',
    gate: 'approval',
    reason: `the environment ${environment} asks no person: a job waits there for ${what}`,
    hint: `add required reviewers to the environment ${environment}, or write another \`by\` for the approval`,
  };
}

/** `proposed`: what is known of the pull request that earlier runs made for it. */
function objectionTo(
  gate: ApprovalGate,
  run: RunFacts,
  person: Person,
  proposed: ReviewFacts | undefined,
): string | undefined {
  if (person.id === '') return NOBODY;
  if (proposed?.unread !== undefined) return proposed.unread;
  if (run.requesters.some(requester => isRequester(person, requester))) return 'asked for this run';
  if (proposed?.requesters.some(requester => isRequester(person, requester)))
    return 'asked for the promotion';
  return mayApprove(gate, person, run.members) ? undefined : 'is not among those who may approve';
}

function judgeStated(gate: ApprovalGate, { approvedBy, again }: Facts): Verdict {
  const { users } = gate;
  const stated = new Map(approvedBy.map(name => [plainName(name), name.trim()]));
  const mayState = new Set(users.map(plainName));
  stated.delete('');
  const approvals = [...stated]
    .filter(([name]) => mayState.size === 0 || mayState.has(name))
    .map(([, name]): Approval => ({ kind: 'stated', name, authenticated: false }));
  const hint = `state who approved: ${again('--approved-by', '<name>')}`;
  return countApprovals(gate, approvals, approvals.length === 0 ? [] : ['stated without proof'], hint);
}

/** A stated name, of which no spelling counts as another person: case, blanks, and forms of letters. */
function plainName(name: string): string {
  const words = name
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .replace(/\p{C}+/gu, '');
  return words.trim().toLowerCase();
}

function notCounted(people: readonly string[]): readonly string[] {
  return people.length === 0 ? [] : [`not counted: ${people.join(', ')}`];
}

function countApprovals(
  gate: ApprovalGate,
  approvals: readonly Approval[],
  notes: readonly string[],
  hint: string,
): Verdict {
  if (approvals.length < gate.count) return waiting(gate, approvals, notes, hint);
  const names = approvals.map(approval =>
    'at' in approval ? `${approval.name} (${minuteOf(approval.at)})` : approval.name,
  );
  const reason = [`${approvals.length} of ${gate.count}: ${names.join(', ')}`, ...notes].join('; ');
  return { kind: 'open', gate: 'approval', reason, approvals };
}

/** A time in ISO 8601 as date, hour and minute. */
export function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function waiting(
  gate: ApprovalGate,
  approvals: readonly Approval[],
  notes: readonly string[],
  hint: string,
): Verdict {
  const from = approvers(gate);
  const tally = `${approvals.length} of ${gate.count} approvals${from === '' ? '' : ` by ${from}`}`;
  return { kind: 'waiting', gate: 'approval', reason: [tally, ...notes].join('; '), hint, approvals };
}

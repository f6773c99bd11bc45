import { proposalRun } from '../../apply/proposal-run.ts';
import { readProposedRollback } from '../../apply/rollback/open-rollbacks.ts';
import { decideRollback, type RollbackRequest } from '../../apply/rollback/prepare-rollback.ts';
import type { Environment } from '../../environments/environments.ts';
import type { ProposedMerge } from '../../forges/forge.ts';
import type { ReviewFacts } from '../../gates/approvals.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import { environmentsChange } from '../../plan/environments-change.ts';
import { type ProtectedChange, protectedChanges } from '../../plan/protected-changes.ts';
import type { CommitContent } from '../../plan/protected-places.ts';
import type { PromotionRequest } from '../../plan/request.ts';
import type { GroupChange } from '../../proposals/group-change.ts';
import { judgeGroup } from '../../proposals/judge-group.ts';
import type { GateAnswer } from '../../reports/gate.ts';
import { contain } from '../../run/contain.ts';
import { beginRun } from '../../run/run.ts';
import type { GatePlace } from './place.ts';
import { type Change, readBoth } from './read-content.ts';

/** The gate job's verdict on a change. */
export type JudgedChange = Pick<GateAnswer, 'reason' | 'changes' | 'notices'> & {
  readonly state: Exclude<GateAnswer['state'], 'ours'>;
};

/** Judges whether a change touches anything that the gates of the branch's environments protect. */
export async function judgeChange(place: GatePlace, change: Change): Promise<JudgedChange> {
  const { environments, here, branch } = place;
  const [before, after] = await readBoth(place, change);
  const changes = protectedChanges(environments, here, withTexts(before, change.explained), after);
  const notices = noticesOf(change.file, before, after);
  if (changes.length === 0)
    return {
      state: 'success',
      reason: `no pin or hold of a gated environment on ${branch} changes`,
      changes,
      notices,
    };
  return { state: 'failure', reason: reasonOf(changes), changes, notices };
}

function reasonOf(changes: readonly ProtectedChange[]): string {
  const [first] = changes;
  if (first === undefined) return '';
  const { environment, what, file } = first;
  const more = changes.length === 1 ? '' : `, and ${changes.length - 1} more`;
  return `${environment}: ${what} in ${file}${more}; promote apply ${environment} proposes such changes`;
}

function withTexts(content: CommitContent, given: ReadonlyMap<string, string>): CommitContent {
  const { tree, texts } = content;
  const marked = [...given.keys()].map(
    path => [path, `${tree.get(path)?.split(' ')[0] ?? '100644'} promoted`] as const,
  );
  return { ...content, tree: new Map([...tree, ...marked]), texts: new Map([...texts, ...given]) };
}

function noticesOf(file: string | undefined, before: CommitContent, after: CommitContent): readonly string[] {
  if (file === undefined || before.tree.get(file) === after.tree.get(file)) return [];
  return environmentsChange(file, before.texts.get(file), after.texts.get(file));
}

/** The gate job's request for an environment: it names no image and states nothing. */
export function gateRequest(environment: string): PromotionRequest {
  const nothing = { allowDirect: false, allowBackward: true, approvedBy: [], evidence: 'all' } as const;
  return { environment, images: new Map(), ...nothing };
}

/** A person's change that is exactly a rollback, and the verdict on it. */
export interface JudgedRevert {
  readonly judged: JudgedChange;
  readonly environment: Environment;
  readonly change: GroupChange;
}

/**
 * Judges a change that restores earlier pins of one environment, such as one by the forge's Revert button. It
 * counts as a rollback, under `rollback.approval`, with its images checked. `undefined` for other changes.
 */
export async function judgeRevert(
  { effects, environments }: GatePlace,
  { isOwn, branch, base, head }: ProposedMerge,
  { changes, notices }: JudgedChange,
): Promise<JudgedRevert | undefined> {
  const [name, ...others] = new Set(changes.map(({ environment }) => environment));
  const isOfPins = changes.every(({ kind }) => kind === 'pin');
  if (!isOwn || name === undefined || others.length > 0 || !isOfPins) return undefined;
  const run = await beginRun(effects, environments, gateRequest(name));
  const proposing = proposalRun(run);
  const pullRequest = await proposing?.forge.pullRequests.find(branch, base);
  if (proposing === undefined || pullRequest?.head !== head) return undefined;

  const { pins } = await readProposedRollback(proposing, head);
  const asked: RollbackRequest = {
    promotion: run.request,
    target: { kind: 'states', pins },
    force: true,
    restore: false,
    by: pullRequest.author.name,
  };
  const thought = await contain(async () => decideRollback(run, asked));
  // A rollback is impossible if the pins never had this state, or the targets lost its images.
  if (thought.kind === 'failed') return undefined;
  const { judge, undone } = thought.value;
  const { decision, reviewed, ...book } = judge;
  const change: GroupChange = {
    group: decision.group,
    members: 'members' in decision ? decision.members : [],
    approval: run.environment.rollback?.approval,
    editHolds: () => text => text,
    reverts: undone,
  };
  const decided = { ...book, reviewed: (_: string, reviews: ReviewFacts) => reviewed(reviews) };
  const judged = await judgeGroup(proposing, { decision, change }, pullRequest, decided, 'theirs');
  if (judged.proposal.change.kind !== 'plan') return undefined;
  const verdict = { ...verdictOn(name, judged.decision), changes, notices };
  return { judged: verdict, environment: run.environment, change };
}

function verdictOn(environment: string, decision: GroupDecision): Pick<JudgedChange, 'state' | 'reason'> {
  const what = `a rollback of ${environment}`;
  if (decision.state === 'ready') return { state: 'success', reason: `${what}, and its gates are open` };
  const verdicts = [
    ...('verdicts' in decision ? decision.verdicts : []),
    ...decision.judged.flatMap(judged => judged.verdicts),
  ].filter(({ kind }) => kind !== 'open');
  const reasons = verdicts.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ');
  const isClosed = decision.state !== 'waiting' || verdicts.some(({ kind }) => kind === 'closed');
  return { state: isClosed ? 'failure' : 'pending', reason: `${what}: ${reasons || 'it cannot be judged'}` };
}

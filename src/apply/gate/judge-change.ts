import { PromoteError } from '../../errors.ts';
import type { ProposedMerge } from '../../forges/forge.ts';
import type { ReviewFacts } from '../../gates/approvals.ts';
import type { GroupDecision } from '../../gates/decide.ts';
import type { Repository } from '../../git/repository.ts';
import type { Tree } from '../../plan/change.ts';
import { environmentsChange } from '../../plan/environments-change.ts';
import { type ProtectedChange, protectedChanges, protectedPaths } from '../../plan/protected-changes.ts';
import type { CommitContent } from '../../plan/protected-places.ts';
import type { PromotionRequest } from '../../plan/request.ts';
import type { GroupChange } from '../../proposals/group-change.ts';
import { judgeGroup } from '../../proposals/judge-group.ts';
import { readTree } from '../../proposals/read-change.ts';
import type { GateAnswer } from '../../reports/gate.ts';
import { contain } from '../contain.ts';
import { readProposedRollback } from '../rollback/open-rollbacks.ts';
import { decideRollback, type RollbackRequest } from '../rollback/prepare-rollback.ts';
import { beginRun, proposalRun } from '../run.ts';
import type { GatePlace } from './place.ts';

/** The gate job's verdict on a change. */
export type JudgedChange = Pick<GateAnswer, 'reason' | 'changes' | 'notices'> & {
  readonly state: Exclude<GateAnswer['state'], 'ours'>;
};

/** A change between two commits. */
export interface Change {
  readonly before: string;
  readonly after: string;
  /** The environments file's path, if it is in the repository. */
  readonly file: string | undefined;
  /** Texts of files after the promotions in the group, by path: these changes are allowed. */
  readonly explained: ReadonlyMap<string, string>;
}

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

async function readBoth(
  { repository, here }: GatePlace,
  { before, after, file, explained }: Change,
): Promise<readonly [CommitContent, CommitContent]> {
  const [old, now] = [await readTree(repository, before), await readTree(repository, after)];
  const governing = file !== undefined && old.get(file) !== now.get(file) ? [file] : [];
  const paths = new Set([...protectedPaths(here, old, now), ...explained.keys(), ...governing]);
  return [
    { tree: old, texts: await readTexts(repository, old, paths) },
    { tree: now, texts: await readTexts(repository, now, paths) },
  ];
}

/** The texts at the paths; links, submodules and files that are not text are absent. */
async function readTexts(
  repository: Repository,
  tree: Tree,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const files = [...paths].flatMap(path => {
    const [mode, blob] = tree.get(path)?.split(' ') ?? [];
    return mode?.startsWith('100') && blob !== undefined ? [{ path, blob }] : [];
  });
  const texts = await readBlobs(
    repository,
    files.map(({ blob }) => blob),
  );
  return new Map(
    files.flatMap(({ path, blob }) => {
      const text = texts.get(blob);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** Reads all at once; if one of them is not text, each alone, so that the others are read. */
async function readBlobs(
  repository: Repository,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await repository.read(blobs);
  } catch (error) {
    if (!(error instanceof PromoteError) || !['INVALID', 'TOO_LARGE'].includes(error.code)) throw error;
    if (blobs.length === 1) return new Map();
  }
  const read = await Promise.all(blobs.map(blob => readBlobs(repository, [blob])));
  return new Map(read.flatMap(texts => [...texts]));
}

function withTexts({ tree, texts }: CommitContent, given: ReadonlyMap<string, string>): CommitContent {
  const marked = [...given.keys()].map(
    path => [path, `${tree.get(path)?.split(' ')[0] ?? '100644'} promoted`] as const,
  );
  return { tree: new Map([...tree, ...marked]), texts: new Map([...texts, ...given]) };
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

/**
 * Judges a change that restores earlier pins of one environment, such as the forge's Revert button makes, as a
 * rollback: under `rollback.approval`, with its images checked. `undefined` if it is no such change.
 */
export async function judgeRevert(
  { effects, environments }: GatePlace,
  { isOwn, branch, base, head }: ProposedMerge,
  { changes, notices }: JudgedChange,
): Promise<JudgedChange | undefined> {
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
  // Pins that never had this state, or images that the targets lost, cannot be rolled back to.
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
  return { ...verdictOn(name, judged.decision), changes, notices };
}

function verdictOn(environment: string, decision: GroupDecision): Pick<JudgedChange, 'state' | 'reason'> {
  const what = `a rollback of ${environment}`;
  if (decision.state === 'ready') return { state: 'success', reason: `${what}, and its gates are open` };
  const verdicts = [
    ...('verdicts' in decision ? decision.verdicts : []),
    ...decision.judged.flatMap(judged => judged.verdicts),
  ].filter(({ kind }) => kind !== 'open');
  const reasons = verdicts.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ');
  const state = decision.state === 'waiting' ? 'pending' : 'failure';
  return { state, reason: `${what}: ${reasons || 'it cannot be judged'}` };
}

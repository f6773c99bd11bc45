import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { pullRequestPage } from '../forges/pull-request-page.ts';
import type { Head } from '../git/repository.ts';
import { EVERYTHING } from '../git/text.ts';
import type { Digest } from '../oci/digest.ts';
import type { EditedTexts } from '../plan/edit-texts.ts';
import { editFiles } from './group-change.ts';
import { nextStep, type ProposalState } from './next-step.ts';
import { lastMaker, type Maker } from './proposal.ts';
import { branchOf, type ProposalRun } from './run.ts';
import type { PinsOutcome, PlannedTask } from './task.ts';

/** The part of a run on plain Git that a group's branch is made with. */
export type BranchRun = Pick<ProposalRun, 'environment' | 'environments' | 'repository' | 'request'> & {
  readonly effects: Pick<ProposalRun['effects'], 'now'>;
};

/** The branches of an environment's groups as a run observed them, by name. */
export type Branches = ReadonlyMap<string, Head>;

/** `moved`: the branch was not at the observed commit, so nothing was written. */
export type BranchOutcome = PinsOutcome | { readonly kind: 'moved'; readonly branch: string };

/** A group's branch before anything is written. */
type FoundBranch =
  | { readonly state: 'none' }
  | {
      readonly state: Extract<ProposalState, 'current' | 'outdated' | 'foreign'>;
      readonly head: Head;
      readonly maker: Maker;
      /** The part of the group's change that it lacks. */
      readonly missing: EditedTexts;
    };

/**
 * Takes a group on plain Git to its branch, which is the proposal. `files` are the changed files on top of
 * the base. Throws `BRANCH_MOVED` where the branch has commits by others.
 */
export async function advanceBranch(
  run: BranchRun,
  task: PlannedTask,
  base: Head,
  files: ReadonlyMap<string, string>,
): Promise<BranchOutcome> {
  const branch = branchOf(run, task.change.group);
  const found = await findBranch(run, task, base);
  switch (nextStep(task.decision.state, found.state, 'branch')) {
    case 'update':
      return await updateBranch(run, task, found, { branch, base, files });
    case 'stop':
      throw foreign(run, branch, found);
    default:
      if (found.state !== 'current') return { kind: 'unchanged' };
      return { kind: 'awaiting', branch, commit: found.head.commit, ...openedByHand(run, branch, base) };
  }
}

/**
 * The outcome if a group's branch has its change already. `undefined` if something is to be written, for which the
 * branches have to be looked at anew.
 */
export async function awaitingBranch(
  run: BranchRun & Pick<ProposalRun, 'base'>,
  task: PlannedTask,
  branches: Branches,
): Promise<PinsOutcome | undefined> {
  const head = branches.get(branchOf(run, task.change.group));
  if (head === undefined) return undefined;
  const { state } = await judgeBranch(run, task, run.base, head);
  if (state !== 'current') return undefined;
  return { kind: 'awaiting', ...head, ...openedByHand(run, head.branch, run.base) };
}

/** Observes the branches of an environment's groups, and reads the files that differ there in one go. */
export async function observeBranches({
  base,
  environment,
  repository,
}: Pick<ProposalRun, 'base' | 'environment' | 'repository'>): Promise<Branches> {
  const heads = (await repository.branches?.(branchOf({ environment }, ''))) ?? [];
  if (heads.length === 0) return new Map();
  const known = new Set((await repository.list(base.commit)).map(({ blob }) => blob));
  const changed: string[] = [];
  for (const { commit } of heads) {
    const files = await repository.list(commit);
    const read = files.filter(({ path }) => path === HOLDS_FILE || ownsFile(environment, path));
    changed.push(...read.map(({ blob }) => blob).filter(blob => !known.has(blob)));
  }
  await repository.read(changed, EVERYTHING);
  return new Map(heads.map(head => [head.branch, head]));
}

async function findBranch(run: BranchRun, task: PlannedTask, base: Head): Promise<FoundBranch> {
  const head = await run.repository.head(branchOf(run, task.change.group));
  return head === undefined ? { state: 'none' } : await judgeBranch(run, task, base, head);
}

async function judgeBranch(
  { environments, repository, request }: BranchRun,
  { change, plan }: PlannedTask,
  base: Head,
  head: Head,
): Promise<Exclude<FoundBranch, { readonly state: 'none' }>> {
  const missing = await editFiles(change, environments, { repository, commit: head.commit }, 'any');
  const maker = await lastMaker(repository, head.commit, () => true, base.commit);
  const isOurs = maker.kind === 'promote' || head.commit === base.commit;
  const isComplete = missing.kind === 'edited' && missing.files.size === 0;
  const isFiltered = request.images.size > 0;
  const state = branchState({ isComplete, isFiltered, isOurs, maker }, plan.digest);
  return { state, head, maker, missing };
}

/** The state of a branch without a pull request; a filtered run keeps the images it was not asked about. */
export function branchState(
  {
    isComplete,
    isFiltered,
    isOurs,
    maker,
  }: {
    /** Whether it contains every change of the group. */
    readonly isComplete: boolean;
    readonly isFiltered: boolean;
    readonly isOurs: boolean;
    readonly maker: Maker;
  },
  plan: Digest,
): 'current' | 'outdated' | 'foreign' {
  // Another plan's commit started from other pins than the base has now, and could not be merged.
  const isAnothers = maker.kind === 'promote' && maker.plan !== plan && !isFiltered;
  if (isComplete && !isAnothers) return 'current';
  return isOurs ? 'outdated' : 'foreign';
}

/** Commits to the branch: a filtered run on top of it, to keep the other images; else on top of the base. */
async function updateBranch(
  run: BranchRun,
  { message }: PlannedTask,
  found: FoundBranch,
  { branch, base, files }: { branch: string; base: Head; files: ReadonlyMap<string, string> },
): Promise<BranchOutcome> {
  const { effects, repository, request } = run;
  const open = found.state === 'none' ? undefined : found;
  const expected = open?.head.commit;
  const added = request.images.size > 0 && open?.missing.kind === 'edited' ? open.missing.files : undefined;
  const change =
    added === undefined || expected === undefined
      ? { parent: base.commit, files }
      : { parent: expected, files: added };
  const outcome = await repository.commit({
    branch,
    expected,
    ...change,
    message: await message(open?.maker.kind === 'promote' ? open.maker.tickets : []),
    date: effects.now(),
  });
  return outcome.kind === 'moved'
    ? { kind: 'moved', branch }
    : { kind: 'proposed', branch, commit: outcome.commit, ...openedByHand(run, branch, base) };
}

/** Where people open the branch's pull request, on hosts whose pull requests are not promote's. */
function openedByHand(
  { repository: { name } }: BranchRun,
  branch: string,
  base: Head,
): { readonly note?: string } {
  const page = pullRequestPage({ repository: name, branch, base: base.branch });
  return page === undefined ? {} : { note: `open its pull request: ${page}` };
}

function foreign({ repository }: BranchRun, branch: string, found: FoundBranch): PromoteError {
  const name = 'maker' in found && found.maker.kind === 'person' ? found.maker.name : undefined;
  const by = name ?? 'somebody else';
  return new PromoteError('BRANCH_MOVED', `${repository.name}: ${branch} has a commit by ${by}`, {
    hint: 'it is not overwritten: merge or delete the branch, then run again',
  });
}

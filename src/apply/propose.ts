import { setTimeout } from 'node:timers/promises';
import { HOLDS_FILE } from '../environments/holds/holds.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { CommitRequest, Head, HistoryEntry, Repository } from '../git/repository.ts';
import { againWith } from '../plan/request.ts';
import { readTrailers } from '../plan/trailers.ts';
import { advance } from '../proposals/advance.ts';
import { compareHolds } from '../proposals/changed-holds.ts';
import { editFiles } from '../proposals/group-change.ts';
import { branchOf } from '../proposals/run.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import type { Effects } from './effects.ts';
import { proposalRun, type Run } from './run.ts';

/** How long a commit to a moving branch is tried again, in milliseconds. */
export const DEADLINE = 120_000;

const LONGEST_WAIT = 2_000;

/** One attempt to commit; `moved`: the branch was not at the observed commit. */
type Attempt = PinsOutcome | { readonly kind: 'moved'; readonly branch: string };

/**
 * Commits the group's pins to the environment's branch, or to `promote/<environment>/<group>` with its pull request.
 */
export async function propose(run: Run, task: PlannedTask): Promise<PinsOutcome> {
  const proposing = proposalRun(run);
  if (proposing !== undefined) return await advance(proposing, task);
  const { base, effects, repository, request } = run;
  const until = effects.now().getTime() + DEADLINE;
  for (let wait = 50; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const attempt = await tryOnce(run, task);
    if (attempt.kind !== 'moved') return attempt;
    if (effects.now().getTime() + wait > until) {
      const moving = `${repository.name}: ${attempt.branch} kept moving for two minutes`;
      const hint = `nothing was committed to ${base.branch}; run it again: ${againWith(request)}`;
      throw new PromoteError('BRANCH_MOVED', moving, { hint });
    }
    await pause(wait, effects);
  }
}

async function pause(wait: number, { signal }: Effects): Promise<void> {
  await setTimeout(wait, undefined, signal === undefined ? {} : { signal }).catch(cause => {
    throw new PromoteError('CANCELLED', 'commit of the pins: cancelled while its branch kept moving', {
      cause,
    });
  });
}

async function tryOnce(run: Run, task: PlannedTask): Promise<Attempt> {
  const { base, environment, environments, repository } = run;
  const head = await repository.head(base.branch);
  if (head === undefined) return { kind: 'changed', reason: `branch ${base.branch} is gone` };
  const edited = await editFiles(task.change, environments, { repository, commit: head.commit });
  if (edited.kind === 'changed') return edited;
  const { files } = edited;
  if (files.size === 0) return { kind: 'unchanged' };
  const changed = await compareHolds(run, task, head.commit);
  if (changed) return changed;
  if (environment.commit === 'pull-request') return await proposeBranch(run, task, head, files);
  const place = { branch: head.branch, parent: head.commit, expected: head.commit, files };
  return await commit(run, task, place, 'committed');
}

/**
 * Updates the group's branch to these files on top of the base. A branch with these files is left alone; one with
 * commits by others is never overwritten. A filtered run keeps the images it was not asked about.
 */
async function proposeBranch(
  run: Run,
  task: PlannedTask,
  base: Head,
  files: ReadonlyMap<string, string>,
): Promise<Attempt> {
  const { environments, repository, request } = run;
  const branch = branchOf(run, task.change.group);
  const open = await repository.head(branch);
  const onBase = { branch, parent: base.commit, expected: open?.commit, files };
  if (open === undefined) return await commit(run, task, onBase, 'proposed');

  const missing = await editFiles(task.change, environments, { repository, commit: open.commit }, 'any');
  const last = await newestEntry(run, open);
  const made = last && readTrailers(last.message).plan;
  // Another plan's commit started from other pins than the base has now, and could not be merged.
  const isCurrent = made === undefined || made === task.plan.digest || request.images.size > 0;
  if (isCurrent && missing.kind === 'edited' && missing.files.size === 0) {
    return { kind: 'awaiting', branch, commit: open.commit };
  }
  if (last !== undefined && made === undefined) throw foreign(repository, open, last);
  const onOpen = missing.kind === 'edited' && request.images.size > 0;
  const place = onOpen ? { ...onBase, parent: open.commit, files: missing.files } : onBase;
  return await commit(run, task, place, 'proposed');
}

async function commit(
  { effects, repository }: Run,
  { message }: PlannedTask,
  place: Pick<CommitRequest, 'branch' | 'parent' | 'expected' | 'files'>,
  kind: 'committed' | 'proposed',
): Promise<Attempt> {
  const { branch } = place;
  const outcome = await repository.commit({ ...place, message, date: effects.now() });
  return outcome.kind === 'moved' ? { kind: 'moved', branch } : { kind, branch, commit: outcome.commit };
}

async function newestEntry(
  { environment, repository }: Run,
  { commit }: Head,
): Promise<HistoryEntry | undefined> {
  const concerns = (path: string) => path === HOLDS_FILE || ownsFile(environment, path);
  for await (const entry of repository.history(commit, concerns)) return entry;
  return undefined;
}

function foreign({ name }: Repository, { branch }: Head, { author }: HistoryEntry): PromoteError {
  return new PromoteError('BRANCH_MOVED', `${name}: ${branch} holds a commit by ${author}`, {
    hint: 'it is not overwritten: merge or delete the branch, then run again',
  });
}

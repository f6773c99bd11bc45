import { compareHolds } from '../proposals/changed-holds.ts';
import { closedMeanwhile } from '../proposals/closed-meanwhile.ts';
import { editFiles } from '../proposals/group-change.ts';
import type { BranchOutcome } from '../proposals/plain-branch.ts';
import type { PinsOutcome, PlannedTask } from '../proposals/task.ts';
import type { Run } from '../run/run.ts';
import { untilUnmoved } from './propose.ts';

/** The outcomes of the groups' pins. */
interface Settled {
  readonly kind: 'settled';
  readonly outcomes: ReadonlyMap<PlannedTask, PinsOutcome>;
}

/**
 * Commits the pins of several groups to the environment's branch, one commit each, in order, on top of each
 * other. The branch gets all of them or none.
 */
export async function proposeTogether(
  run: Run,
  tasks: readonly PlannedTask[],
): Promise<ReadonlyMap<PlannedTask, PinsOutcome>> {
  const { outcomes } = await untilUnmoved<Settled>(run, async () => await tryTogether(run, tasks));
  return outcomes;
}

async function tryTogether(
  run: Run,
  tasks: readonly PlannedTask[],
): Promise<Settled | Extract<BranchOutcome, { kind: 'moved' }>> {
  const { base, effects, repository } = run;
  const outcomes = new Map<PlannedTask, PinsOutcome>();
  const head = await repository.head(base.branch);
  const gone = { kind: 'changed', reason: `branch ${base.branch} is gone` } as const;
  if (head === undefined) return { kind: 'settled', outcomes: new Map(tasks.map(task => [task, gone])) };
  const over = new Map<string, string>();
  const due: { readonly task: PlannedTask; readonly files: ReadonlyMap<string, string> }[] = [];
  for (const task of tasks) {
    const files = await filesOf(run, task, head.commit, over);
    if ('kind' in files) outcomes.set(task, files);
    else {
      due.push({ task, files });
      for (const [path, text] of files) over.set(path, text);
    }
  }
  const parts = [];
  for (const { task, files } of due) parts.push({ files, message: await task.message() });
  const top = parts.at(-1);
  if (top === undefined) return { kind: 'settled', outcomes };
  const { branch, commit } = head;
  const place = { branch, parent: commit, expected: commit, date: effects.now() };
  const made = await repository.commit({ ...place, ...top, below: parts.slice(0, -1) });
  if (made.kind === 'moved') return { kind: 'moved', branch };
  const commits = [...(made.below ?? []), made.commit];
  for (const [index, { task }] of due.entries())
    outcomes.set(task, { kind: 'committed', branch, commit: commits[index] ?? made.commit });
  return { kind: 'settled', outcomes };
}

/** The files that a group changes on top of earlier groups; else the outcome that ends it here. */
async function filesOf(
  run: Run,
  task: PlannedTask,
  commit: string,
  over: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string> | Extract<PinsOutcome, { kind: 'changed' | 'unchanged' }>> {
  const { effects, environments, repository } = run;
  const edited = await editFiles(task.change, environments, { repository, commit, over });
  if (edited.kind === 'changed') return edited;
  if (edited.files.size === 0) return { kind: 'unchanged' };
  const changed = closedMeanwhile(task.decision, effects.now()) ?? (await compareHolds(run, task, commit));
  return changed ?? edited.files;
}

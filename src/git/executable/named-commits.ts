import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type GitContext, type GitProcess, startGit, tryGit } from './run.ts';

/** Answers which commit a full ref names now. */
export interface NamedCommits {
  commit(ref: string): Promise<string | undefined>;
  close(): void;
}

/** Reads refs by one `git cat-file --batch-check` that stays open: one run asks for its branches many times. */
export function namedCommits(context: GitContext): NamedCommits {
  let reader: Reader | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const commit = async (ref: string) => {
    reader ??= startReader(context);
    const line = await reader.ask(`${ref}^{commit}`);
    if (line !== undefined) return /^([0-9a-f]{40,64}) commit \d+$/.exec(line)?.[1];
    // It was stopped, as after its time-out; a process of its own says why, where it fails too.
    reader = undefined;
    return await commitBy(context, ref);
  };
  return {
    commit(ref) {
      const answered = last.then(() => commit(ref));
      last = Promise.allSettled([answered]);
      return answered;
    },
    close: () => reader?.close(),
  };
}

interface Reader {
  /** The line that answers; `undefined` once the process has ended. */
  ask(name: string): Promise<string | undefined>;
  close(): void;
}

function startReader(context: GitContext): Reader {
  const git = startGit(context, ['cat-file', '--batch-check']);
  const answers = createInterface({ input: git.child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(name) {
      holdOpen(git, true);
      git.child.stdin.write(`${name}\n`);
      const { value } = await answers.next();
      holdOpen(git, false);
      return value;
    },
    close: () => git.child.stdin.end(),
  };
}

/** Whether this process waits for that one: while it is asked nothing, it keeps nobody from ending. */
function holdOpen({ child }: GitProcess, isOpen: boolean): void {
  const pipes = [child.stdin, child.stdout, child.stderr].filter(pipe => pipe instanceof Socket);
  for (const handle of [child, ...pipes]) {
    if (isOpen) handle.ref();
    else handle.unref();
  }
}

async function commitBy(context: GitContext, ref: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { stdout } = await tryGit(context, args);
  return stdout.toString().trim() || undefined;
}

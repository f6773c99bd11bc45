import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type GitContext, startGit, tryGit } from './run.ts';

/** Finds the commit that a full ref names now. */
export interface NamedCommits {
  commit(ref: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Reads refs by one `git cat-file --batch-check` that stays open: a run reads its branches many times. */
export function namedCommits(context: GitContext): NamedCommits {
  let reader: ReturnType<typeof startReader> | undefined;
  return {
    async commit(ref) {
      const name = `${ref}^{commit}`;
      reader ??= startReader(context);
      const line = await reader.ask(name);
      if (line !== undefined) return /^(\w+) commit/.exec(line)?.[1];
      // The reader was stopped, for example by its time-out. A new process reads the ref or says why not.
      reader = undefined;
      const { stdout } = await tryGit(context, ['rev-parse', '--verify', '--quiet', name]);
      return `${stdout}`.trim() || undefined;
    },
    close: async () => reader?.close(),
  };
}

/** The idle child does not keep this process alive. Answers are `undefined` once the child has ended. */
function startReader(context: GitContext) {
  const { child } = startGit(context, ['cat-file', '--batch-check']);
  // Pipes are sockets: https://nodejs.org/api/child_process.html#subprocessstdout
  const stdout = child.stdout as Socket;
  child.unref();
  (child.stderr as Socket).unref();
  const answers = createInterface(stdout)[Symbol.asyncIterator]();
  let asked = 0;
  return {
    /** Answers come in the order of their questions. */
    async ask(name: string): Promise<string | undefined> {
      asked += 1;
      stdout.ref();
      child.stdin.write(`${name}\n`);
      const { value } = await answers.next();
      asked -= 1;
      if (asked === 0) stdout.unref();
      return value;
    },
    close() {
      child.stdin.end();
    },
  };
}

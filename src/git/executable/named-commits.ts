import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type GitContext, startGit, tryGit } from './run.ts';

/** Answers which commit a full ref names now. */
export interface NamedCommits {
  commit(ref: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Reads refs by one `git cat-file --batch-check` that stays open: one run asks for its branches many times. */
export function namedCommits(context: GitContext): NamedCommits {
  let reader: ReturnType<typeof startReader> | undefined;
  return {
    async commit(ref) {
      const name = `${ref}^{commit}`;
      reader ??= startReader(context);
      const line = await reader.ask(name);
      if (line !== undefined) return /^(\w+) commit/.exec(line)?.[1];
      // It was stopped, as after its time-out; a process of its own says why, where it fails too.
      reader = undefined;
      const { stdout } = await tryGit(context, ['rev-parse', '--verify', '--quiet', name]);
      return `${stdout}`.trim() || undefined;
    },
    close: async () => reader?.close(),
  };
}

/** While it is asked nothing, this process ends without it. Its answers are `undefined` once it has ended. */
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

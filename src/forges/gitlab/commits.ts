import { z } from 'zod';
import { type GitLab, isUnseen } from './gitlab.ts';

/** What promote reads of a commit. */
export interface Commit {
  readonly message: string;
  readonly parents: readonly string[];
}

/** A commit as a branch's answer shows it. */
export interface ShownCommit {
  readonly id: string;
  readonly message?: string | null | undefined;
  readonly parent_ids?: readonly string[] | null | undefined;
}

/** The commits of a run. Each is read once, and not at all if a list of branches contains it. */
export interface Commits {
  /** Keeps a commit from a branch's answer; one without a message or parents is read when needed. */
  know(shown: ShownCommit): void;
  /** `undefined` where it cannot be seen any more. */
  read(commit: string): Promise<Commit | undefined>;
}

const COMMIT = z.object({ message: z.string(), parent_ids: z.array(z.string()).default([]) });

/** Reads commits over the API. */
export function createCommits(gitlab: GitLab): Commits {
  const known = new Map<string, Promise<Commit | undefined>>();
  return {
    know({ id, message, parent_ids: parents }) {
      if (message && parents && parents.length > 0) known.set(id, Promise.resolve({ message, parents }));
    },
    read(commit) {
      const read = known.get(commit) ?? readCommit(gitlab, commit);
      known.set(commit, read);
      return read;
    },
  };
}

async function readCommit(gitlab: GitLab, commit: string): Promise<Commit | undefined> {
  const ask = { doing: `read commit ${commit}`, path: `repository/commits/${commit}` };
  try {
    const { message, parent_ids: parents } = await gitlab.ask(ask, COMMIT);
    return { message, parents };
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}

import { z } from 'zod';
import { type GitLab, isUnseen } from './gitlab.ts';

/** What a commit says. */
export interface Commit {
  readonly message: string;
  readonly parents: readonly string[];
}

/** A commit beside a branch. */
export interface ShownCommit {
  readonly id: string;
  readonly message?: string | null | undefined;
  readonly parent_ids?: readonly string[] | null | undefined;
}

/** The commits of a run; each is asked for once, and those of a list of branches not at all. */
export interface Commits {
  /** Takes a commit as a branch's answer shows it; one without a message or parents is asked for. */
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

import { PromoteError } from '../../errors.ts';
import { branchRef } from '../../git/branch-name.ts';
import type { Head } from '../../git/repository.ts';
import { isRefusal } from '../api/refusal.ts';
import type { GitHub } from './github.ts';
import { ELSEWHERE } from './options.ts';

/** What GitHub shows of the repository itself; read once a run. */
export interface Identity {
  /** The repository's id in GraphQL. */
  readonly node: string;
  readonly defaultBranch: string;
}

/** The repository's branches as they are now. */
export interface Branches {
  identity(): Promise<Identity>;
  head(branch?: string): Promise<Head | undefined>;
}

/** Reads branches by their refs, which see a commit as soon as it is pushed. */
export function createBranches(github: GitHub, defaultBranch?: string): Branches {
  let known: Promise<Identity> | undefined;
  const identity = () => {
    known ??= readIdentity(github);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  return {
    identity,
    async head(branch) {
      const name = branch ?? defaultBranch ?? (await identity()).defaultBranch;
      const ref = branchRef(name).slice('refs/'.length);
      try {
        const { object } = await github.ask(`read branch ${name}`, ({ rest }) =>
          rest.git.getRef({ ...github.place, ref }),
        );
        return { branch: name, commit: object.sha };
      } catch (error) {
        // GitHub answers 409 for a repository without any commit.
        if (isRefusal(error, 404, 409)) return undefined;
        throw error;
      }
    },
  };
}

async function readIdentity(github: GitHub): Promise<Identity> {
  const data = await github.ask('read', ({ rest }) => rest.repos.get(github.place));
  if (typeof data.default_branch !== 'string')
    throw new PromoteError('INVALID', `read of ${github.name}: the answer is no repository of GitHub`, {
      hint: ELSEWHERE,
    });
  return { node: data.node_id, defaultBranch: data.default_branch };
}

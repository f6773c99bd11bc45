import { PromoteError } from '../../../errors.ts';
import type { GitHub } from '../github.ts';
import { readObjects } from '../objects.ts';

/** The newest status of a context. */
export interface LatestStatus {
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly url: string | undefined;
}

/** The newest statuses of commits. */
export interface LatestStatuses {
  /** Names the heads of open pull requests. Their statuses are read together, once one is requested. */
  expect(heads: readonly string[]): void;
  /** The statuses of a commit. A batch answers once for each commit, since a caller may change them then. */
  of(commit: string): Promise<readonly LatestStatus[]>;
}

const MOST = 1000;

/** Reads statuses: of one commit over REST, of several over GraphQL. */
export function createLatestStatuses(github: GitHub): LatestStatuses {
  let expected: ReadonlySet<string> = new Set();
  let together: Promise<Map<string, readonly LatestStatus[]>> | undefined;
  return {
    expect(heads) {
      expected = new Set([...expected, ...heads]);
    },
    async of(commit) {
      if (expected.size > 1 && expected.has(commit)) together ??= readTogether(github, [...expected]);
      const read = await together;
      const known = read?.get(commit);
      read?.delete(commit);
      return known ?? (await readAlone(github, commit));
    },
  };
}

async function readAlone(github: GitHub, commit: string): Promise<readonly LatestStatus[]> {
  const place = { ...github.place, ref: commit, per_page: 100 };
  const listed = await github.pages(`read the statuses of ${commit}`, MOST, client =>
    client.paginate.iterator(client.rest.repos.listCommitStatusesForRef, place),
  );
  // GitHub lists the newest first.
  return listed.map(({ context, state, description, target_url }) => ({
    context,
    state,
    description: description ?? '',
    url: target_url ?? undefined,
  }));
}

interface Commit {
  readonly status: {
    readonly contexts: readonly {
      readonly context: string;
      readonly state: string;
      readonly description: string | null;
      readonly targetUrl: string | null;
    }[];
  } | null;
}

/** Reads the newest of each context: https://docs.github.com/en/graphql/reference/objects#status */
async function readTogether(
  github: GitHub,
  commits: readonly string[],
): Promise<Map<string, readonly LatestStatus[]>> {
  try {
    const fields = '... on Commit { status { contexts { context state description targetUrl } } }';
    const read = await readObjects<Commit>(github, commits, fields);
    return new Map(
      [...read].map(([commit, { status }]) => [
        commit,
        (status?.contexts ?? []).map(({ context, state, description, targetUrl }) => ({
          context,
          state: state.toLowerCase(),
          description: description ?? '',
          url: targetUrl ?? undefined,
        })),
      ]),
    );
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    return new Map();
  }
}

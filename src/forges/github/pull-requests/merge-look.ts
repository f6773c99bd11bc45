import { isRefusal } from '../../api/refusal.ts';
import type { MergeMethod } from '../../forge.ts';
import type { GitHub } from '../github.ts';

/** What GitHub shows of a pull request before it is merged. */
export interface MergeLook {
  /** The pull request's id in GraphQL. */
  readonly id: string;
  readonly head: string;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly mergeCommit: string | undefined;
  /** https://docs.github.com/en/graphql/reference/enums#mergestatestatus */
  readonly status: string;
  readonly review: string | undefined;
  readonly queue: 'none' | 'open' | 'queued';
  readonly mergesItself: boolean;
  /** Whether this login may merge past the rules of the base. */
  readonly passesRules: boolean;
  /** The required checks only, as far as they are there. */
  readonly checks: readonly { readonly name: string; readonly isFailed: boolean; readonly isDone: boolean }[];
  /** The merge methods that the repository allows. */
  readonly methods: readonly MergeMethod[];
}

/** Looks by one request; `undefined` where the server lacks a field, or the token may not see it. */
export async function lookAtMerge(github: GitHub, number: number): Promise<MergeLook | undefined> {
  try {
    const { repository } = await github.graphql<Answer>(`read #${number}`, QUERY, {
      owner: github.place.owner,
      name: github.place.repo,
      number,
    });
    const pull = repository?.pullRequest;
    return repository && pull ? asLook(repository, pull) : undefined;
  } catch (error) {
    if (isRefusal(error, 200)) return undefined;
    throw error;
  }
}

interface Repository {
  readonly mergeCommitAllowed: boolean;
  readonly squashMergeAllowed: boolean;
  readonly rebaseMergeAllowed: boolean;
}

interface Pull {
  readonly id: string;
  readonly headRefOid: string;
  readonly state: MergeLook['state'];
  readonly mergeCommit: { readonly oid: string } | null;
  readonly mergeStateStatus: string;
  readonly reviewDecision: string | null;
  readonly isMergeQueueEnabled: boolean;
  readonly isInMergeQueue: boolean;
  readonly autoMergeRequest: object | null;
  readonly viewerCanMergeAsAdmin: boolean;
  readonly commits: {
    readonly nodes: readonly {
      readonly commit: {
        readonly statusCheckRollup: { readonly contexts: { readonly nodes: readonly Check[] } } | null;
      };
    }[];
  };
}

interface Check {
  readonly context?: string;
  readonly name?: string;
  readonly state?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
  readonly isRequired: boolean;
}

interface Answer {
  readonly repository: (Repository & { readonly pullRequest: Pull | null }) | null;
}

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
repository(owner: $owner, name: $name) {
mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
pullRequest(number: $number) {
id headRefOid state mergeCommit { oid } mergeStateStatus reviewDecision
isMergeQueueEnabled isInMergeQueue autoMergeRequest { enabledAt } viewerCanMergeAsAdmin
commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 100) { nodes {
... on StatusContext { context state isRequired(pullRequestNumber: $number) }
... on CheckRun { name status conclusion isRequired(pullRequestNumber: $number) }
} } } } } }
} } }`;

function asLook(repository: Repository, pull: Pull): MergeLook {
  const checks = pull.commits.nodes.flatMap(
    ({ commit }) => commit.statusCheckRollup?.contexts.nodes.filter(({ isRequired }) => isRequired) ?? [],
  );
  return {
    id: pull.id,
    head: pull.headRefOid,
    state: pull.state,
    mergeCommit: pull.mergeCommit?.oid,
    status: pull.mergeStateStatus,
    review: pull.reviewDecision ?? undefined,
    queue: pull.isInMergeQueue ? 'queued' : pull.isMergeQueueEnabled ? 'open' : 'none',
    mergesItself: pull.autoMergeRequest !== null,
    passesRules: pull.viewerCanMergeAsAdmin,
    checks: checks.map(asCheck),
    methods: [
      ...(repository.mergeCommitAllowed ? (['merge'] as const) : []),
      ...(repository.squashMergeAllowed ? (['squash'] as const) : []),
      ...(repository.rebaseMergeAllowed ? (['rebase'] as const) : []),
    ],
  };
}

const RUNNING = new Set(['PENDING', 'EXPECTED']);
/** A skipped job counts as one that passed. */
const PASSED = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED']);

function asCheck({ context, name, state, status, conclusion }: Check): MergeLook['checks'][number] {
  const isDone = state === undefined ? status === 'COMPLETED' : !RUNNING.has(state);
  return { name: context ?? name ?? '', isDone, isFailed: isDone && !PASSED.has(state ?? conclusion ?? '') };
}

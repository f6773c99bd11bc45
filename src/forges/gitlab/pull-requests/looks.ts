import { z } from 'zod';
import { PromoteError } from '../../../errors.ts';
import type { GitLab } from '../gitlab.ts';

/** What GitLab says of a merge request beside what a list of them has. */
export interface Look {
  /** The head that GitLab has seen; a push reaches a merge request only after a while. */
  readonly sha: string | undefined;
  readonly pipeline: HeadPipeline | undefined;
  /** Whether a reviewer asks for changes; `undefined`: it was not looked for. */
  readonly isAgainst?: boolean | undefined;
}

/** The pipeline that a merge request waits for. */
export interface HeadPipeline {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
}

/** Looks at merge requests. */
export interface Looks {
  /** Names merge requests that are looked at soon. */
  expect(iids: readonly number[]): void;
  /** What several that are expected looked like together, once a run; `undefined` for one that was not among them. */
  together(iid: number): Promise<Look | undefined>;
  /** What it looks like now. */
  now(iid: number): Promise<Look>;
}

/** Merge requests of one query, which GitLab's limit of complexity allows with their reviewers. */
const MOST = 50;

const QUERY = `query($path: ID!, $iids: [String!]) {
  project(fullPath: $path) {
    mergeRequests(iids: $iids, first: ${MOST}) {
      nodes {
        iid
        diffHeadSha
        headPipeline { id sha ref }
        reviewers { nodes { mergeRequestInteraction { reviewState } } }
      }
    }
  }
}`;

const NODE = z.object({
  iid: z.string(),
  diffHeadSha: z.string().nullish(),
  headPipeline: z.object({ id: z.string(), sha: z.string(), ref: z.string() }).nullish(),
  reviewers: z.object({
    nodes: z.array(
      z.object({ mergeRequestInteraction: z.object({ reviewState: z.string().nullish() }).nullish() }),
    ),
  }),
});
const ANSWER = z.object({
  project: z.object({ mergeRequests: z.object({ nodes: z.array(NODE) }) }),
});

/** Creates the looks of a run; `now` looks at one. https://docs.gitlab.com/api/graphql/reference/#mergerequest */
export function createLooks(gitlab: GitLab, now: Looks['now']): Looks {
  const expected = new Set<number>();
  const known = new Map<number, Promise<ReadonlyMap<number, Look>>>();

  function lookTogether(): void {
    const due = [...expected].filter(iid => !known.has(iid));
    expected.clear();
    if (due.length < 2) return;
    for (let at = 0; at < due.length; at += MOST) {
      const some = due.slice(at, at + MOST);
      const looks = lookAtAll(gitlab, some);
      for (const iid of some) known.set(iid, looks);
    }
  }

  return {
    expect: iids => {
      for (const iid of iids) expected.add(iid);
    },
    async together(iid) {
      if (expected.has(iid)) lookTogether();
      return (await known.get(iid))?.get(iid);
    },
    now,
  };
}

/** Empty where GitLab does not answer the query, so that each is looked at by itself, which says why. */
async function lookAtAll(gitlab: GitLab, iids: readonly number[]): Promise<ReadonlyMap<number, Look>> {
  try {
    const variables = { path: gitlab.path, iids: iids.map(String) };
    const { project } = await gitlab.graphql('look at the merge requests', QUERY, variables, ANSWER);
    return new Map(project.mergeRequests.nodes.map(node => [Number(node.iid), lookOf(node)]));
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    return new Map();
  }
}

function lookOf({ diffHeadSha, headPipeline, reviewers }: z.infer<typeof NODE>): Look {
  const states = reviewers.nodes.map(node => node.mergeRequestInteraction?.reviewState ?? undefined);
  return {
    sha: diffHeadSha ?? undefined,
    // An id is written gid://gitlab/Ci::Pipeline/7.
    pipeline: headPipeline
      ? { ...headPipeline, id: Number(headPipeline.id.slice(headPipeline.id.lastIndexOf('/') + 1)) }
      : undefined,
    isAgainst: states.includes('REQUESTED_CHANGES') || (states.includes(undefined) ? undefined : false),
  };
}

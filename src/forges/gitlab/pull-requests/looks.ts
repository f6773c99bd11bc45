import { z } from 'zod';
import { PromoteError } from '../../../errors.ts';
import type { Person } from '../../forge.ts';
import type { GitLab } from '../gitlab.ts';
import { person } from '../person.ts';

/** What GitLab shows of a merge request, but not in a list of them. */
export interface Look {
  /** The head that GitLab has seen; a push reaches a merge request only after a while. */
  readonly sha: string | undefined;
  readonly pipeline: HeadPipeline | undefined;
  /** Whether a reviewer asks for changes; `undefined`: it was not read. */
  readonly isAgainst?: boolean | undefined;
}

/** The pipeline that a merge request waits for. */
export interface HeadPipeline {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
}

/** Reads what merge requests look like. */
export interface Looks {
  /** Names merge requests that will be looked at soon. */
  expect(iids: readonly number[]): void;
  /** What an expected one looked like, read once a run with all others; `undefined` for one not expected. */
  together(iid: number): Promise<Look | undefined>;
  /** What it looks like now. */
  now(iid: number): Promise<Look>;
  /** The account that the token acts as, if it was shown with the merge requests. */
  viewer(): Promise<Person | undefined>;
}

/** Merge requests of one query: GitLab's limit of complexity allows as many, with their reviewers. */
const MOST = 50;

const QUERY = `query($path: ID!, $iids: [String!]) {
  currentUser { id username }
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
  currentUser: z.object({ id: z.string(), username: z.string() }).nullish(),
  project: z.object({ mergeRequests: z.object({ nodes: z.array(NODE) }) }),
});

/** Creates a run's looks; `now` reads one. https://docs.gitlab.com/api/graphql/reference/#mergerequest */
export function createLooks(gitlab: GitLab, now: Looks['now']): Looks {
  const expected = new Set<number>();
  const known = new Map<number, Promise<Seen>>();
  let newest: Promise<Seen> | undefined;

  function lookTogether(): void {
    const due = [...expected].filter(iid => !known.has(iid));
    expected.clear();
    for (let at = 0; at < due.length; at += MOST) {
      const some = due.slice(at, at + MOST);
      const looks = lookAtAll(gitlab, some);
      for (const iid of some) known.set(iid, looks);
      newest = looks;
    }
  }

  return {
    expect: iids => {
      for (const iid of iids) expected.add(iid);
    },
    async together(iid) {
      if (expected.has(iid)) lookTogether();
      return (await known.get(iid))?.looks.get(iid);
    },
    now,
    async viewer() {
      lookTogether();
      return (await newest)?.viewer;
    },
  };
}

/** The result of one query. */
interface Seen {
  readonly looks: ReadonlyMap<number, Look>;
  readonly viewer?: Person | undefined;
}

/** Empty where GitLab does not answer the query; each is then read by itself, which shows the reason. */
async function lookAtAll(gitlab: GitLab, iids: readonly number[]): Promise<Seen> {
  try {
    const variables = { path: gitlab.path, iids: iids.map(String) };
    const told = await gitlab.graphql('look at the merge requests', QUERY, variables, ANSWER);
    const { currentUser: user, project } = told;
    return {
      looks: new Map(project.mergeRequests.nodes.map(node => [Number(node.iid), lookOf(node)])),
      viewer: user ? person({ id: numberIn(user.id), username: user.username }) : undefined,
    };
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    return { looks: new Map() };
  }
}

function lookOf({ diffHeadSha, headPipeline, reviewers }: z.infer<typeof NODE>): Look {
  const states = reviewers.nodes.map(node => node.mergeRequestInteraction?.reviewState ?? undefined);
  return {
    sha: diffHeadSha ?? undefined,
    pipeline: headPipeline ? { ...headPipeline, id: numberIn(headPipeline.id) } : undefined,
    isAgainst: states.includes('REQUESTED_CHANGES') || (states.includes(undefined) ? undefined : false),
  };
}

/** An id is written gid://gitlab/Ci::Pipeline/7. */
function numberIn(id: string): number {
  return Number(id.slice(id.lastIndexOf('/') + 1));
}

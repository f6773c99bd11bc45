import { buildSchema, graphql as execute, parse, validate } from 'graphql';
import { reviewersOf } from './merge-requests.ts';
import { headPipeline } from './pipelines.ts';
import { type Answer, type Fields, ok, strings } from './request.ts';
import { type MergeRequest, type Token, userNamed, type World } from './world.ts';

/**
 * What promote asks of GitLab's schema, with its types: https://docs.gitlab.com/api/graphql/reference/ (MergeRequest,
 * CurrentUser, Pipeline, MergeRequestReviewer, UserMergeRequestInteraction).
 */
const SCHEMA = buildSchema(`
  enum MergeRequestReviewState { UNREVIEWED REVIEWED REQUESTED_CHANGES APPROVED UNAPPROVED REVIEW_STARTED }
  type Pipeline { id: ID! sha(format: String): String ref: String }
  type UserMergeRequestInteraction { reviewState: MergeRequestReviewState }
  type MergeRequestReviewer { id: ID! username: String! mergeRequestInteraction: UserMergeRequestInteraction }
  type MergeRequestReviewerConnection { nodes: [MergeRequestReviewer] }
  type MergeRequest { iid: String! diffHeadSha: String headPipeline: Pipeline reviewers: MergeRequestReviewerConnection }
  type MergeRequestConnection { nodes: [MergeRequest] }
  type Project { mergeRequests(iids: [String!], first: Int): MergeRequestConnection }
  type CurrentUser { id: ID! username: String! }
  type Query { project(fullPath: ID!): Project currentUser: CurrentUser }
`);

/** Answers a query. Its errors come with status 200, and a project that may not be seen is null; a job token sees none. */
export async function graphql(world: World, token: Token | undefined, body: Fields): Promise<Answer> {
  const source = String(body.query);
  const [wrong] = validate(SCHEMA, parse(source));
  if (wrong !== undefined) return ok({ errors: [{ message: wrong.message }] });
  if (token === undefined) return { status: 401, body: { errors: [{ message: 'Invalid token' }] } };
  const maySee = token.kind !== 'job' && userNamed(world, token.username).access_level >= 20;
  const project = ({ fullPath }: { readonly fullPath: string }) =>
    maySee && fullPath === world.path ? { mergeRequests: mergeRequestsOf(world) } : null;
  const { id, username } = userNamed(world, token.username);
  const currentUser = { id: `gid://gitlab/User/${id}`, username };
  const variableValues = Object.fromEntries(Object.entries(Object(body.variables)));
  const { data, errors } = await execute({
    schema: SCHEMA,
    source,
    rootValue: { project, currentUser },
    variableValues,
  });
  return ok(errors === undefined ? { data } : { data, errors: errors.map(({ message }) => ({ message })) });
}

function mergeRequestsOf(world: World) {
  return ({ iids, first = 100 }: { readonly iids?: unknown; readonly first?: number }) => {
    const wanted = strings(iids);
    const found = world.mergeRequests.filter(({ iid }) => wanted.includes(String(iid)));
    return { nodes: found.slice(0, Math.min(first, 100)).map(one => shown(world, one)) };
  };
}

function shown(world: World, one: MergeRequest) {
  const pipeline = headPipeline(world, one);
  return {
    iid: String(one.iid),
    diffHeadSha: one.versions[0]?.head_commit_sha,
    headPipeline: pipeline && { id: `gid://gitlab/Ci::Pipeline/${pipeline.id}`, ...shaAndRef(pipeline) },
    reviewers: { nodes: reviewersOf(world, one).map(user => ({ ...user, ...stateOf(one, user.id) })) },
  };
}

function shaAndRef({ sha, ref }: { readonly sha: string; readonly ref: string }) {
  return { sha, ref };
}

function stateOf({ against, approvals }: MergeRequest, id: number) {
  const reviewState = against.has(id) ? 'REQUESTED_CHANGES' : approvals.has(id) ? 'APPROVED' : 'UNREVIEWED';
  return { mergeRequestInteraction: { reviewState } };
}

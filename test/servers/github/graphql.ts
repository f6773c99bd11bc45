import { enableAutoMerge } from './auto-merge.ts';
import { runQuery } from './graph.ts';
import { readObjects } from './objects.ts';
import { pullHead, pullOf } from './pulls.ts';
import { updateRefs } from './refs.ts';
import { type ApiAnswer, type ApiRequest, fields } from './request.ts';
import type { World } from './world.ts';

/** Answers the mutations that promotions use, and who asks; GraphQL's errors come with status 200. */
export async function graphql(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  if (request.url.pathname !== '/graphql') return undefined;
  const { query, variables } = fields(request.body);
  if (query === 'query { viewer { login databaseId } }') {
    const { body } = await world.emulated.ask('GET', '/user', undefined, request.authorization);
    const { login, id } = fields(body);
    return { status: 200, body: { data: { viewer: { login, databaseId: id } } } };
  }
  const objects = await readObjects(world, request);
  if (objects !== undefined) return objects;
  if (!String(query).trimStart().startsWith('mutation'))
    return await runQuery(world, String(query), fields(variables));
  const [, mutation = ''] = /\{\s*(\w+)\(input: \$input\)/.exec(String(query)) ?? [];
  const { input } = fields(variables);
  if (mutation === 'updateRefs' && !world.settings.hasUpdateRefs) {
    return errors("Field 'updateRefs' doesn't exist on type 'Mutation'");
  }
  const failure = await mutate(world, mutation, input, request.authorization);
  return failure === undefined
    ? { status: 200, body: { data: { [mutation]: { clientMutationId: null } } } }
    : errors(failure, 'UNPROCESSABLE');
}

async function mutate(world: World, mutation: string, input: unknown, authorization: string) {
  if (mutation === 'updateRefs') return await updateRefs(world, input, authorization);
  return mutation === 'enqueuePullRequest'
    ? await enqueue(world, input)
    : await enableAutoMerge(world, input);
}

async function enqueue(world: World, input: unknown): Promise<string | undefined> {
  const { pullRequestId, expectedHeadOid } = fields(input);
  const pull = await pullOf(world, ({ node_id }) => node_id === pullRequestId);
  if (pull === undefined) return `Could not resolve to a node with the global id of '${pullRequestId}'`;
  if (!world.settings.hasMergeQueue) return 'Merge queue is not enabled for this branch';
  if ((await pullHead(world, pull)) !== expectedHeadOid) return 'Expected head OID does not match';
  const number = Number(pull.number);
  if (world.queued.includes(number)) return 'Pull request is already in the queue';
  world.queued.push(number);
  return undefined;
}

function errors(message: string, type?: string): ApiAnswer {
  return { status: 200, body: { data: null, errors: [{ message, ...(type && { type }) }] } };
}

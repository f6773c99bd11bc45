import { readFileSync } from 'node:fs';
import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import { mergeState } from './merge-state.ts';
import { isFromFork, pullHead, pullOf } from './pulls.ts';
import { type ApiAnswer, type Fields, fields, items } from './request.ts';
import { unmetStatuses } from './requirements.ts';
import { at, type World } from './world.ts';

let built: GraphQLSchema | undefined;

/** The schema that GitHub publishes, which names some fields twice. */
export function githubSchema(): GraphQLSchema {
  if (built !== undefined) return built;
  // The package's own module reads 5 MB of JSON beside it.
  const published = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  built = buildSchema(readFileSync(published, 'utf8'), { assumeValidSDL: true, noLocation: true });
  return built;
}

/** Answers a query from what the server knows, by GitHub's own schema; what is not known here fails the query. */
export async function runQuery(world: World, query: string, variables: Fields): Promise<ApiAnswer> {
  const repository = ({ owner, name }: { readonly owner: string; readonly name: string }) =>
    isNamed(world, owner, name) ? repositoryNode(world) : null;
  const result = await execute({
    schema: githubSchema(),
    document: parse(query),
    variableValues: variables,
    rootValue: { repository },
  });
  return { status: 200, body: JSON.parse(JSON.stringify(result)) };
}

/** Repositories are found by their old names, too. */
function isNamed({ owner, repo, settings: { movedFrom } }: World, by: string, name: string): boolean {
  return (by === owner && name === repo) || (by === movedFrom?.owner && name === movedFrom.repo);
}

function repositoryNode(world: World) {
  const { methods } = world.settings;
  return {
    mergeCommitAllowed: methods.has('merge'),
    squashMergeAllowed: methods.has('squash'),
    rebaseMergeAllowed: methods.has('rebase'),
    pullRequest: pullRequest(world),
  };
}

function pullRequest(world: World) {
  return async ({ number }: { readonly number: number }) => {
    const pull = await pullOf(world, one => one.number === number);
    return pull === undefined ? null : pullNode(world, pull);
  };
}

function pullNode(world: World, pull: Fields) {
  const number = Number(pull.number);
  const head = () => pullHead(world, pull);
  return {
    id: pull.node_id,
    number,
    state: pull.merged_at ? 'MERGED' : String(pull.state).toUpperCase(),
    mergeCommit: world.ended.get(number)?.mergeCommit ? { oid: world.ended.get(number)?.mergeCommit } : null,
    isMergeQueueEnabled: world.settings.hasMergeQueue,
    isInMergeQueue: world.queued.includes(number),
    autoMergeRequest: world.autoMerges.has(number) ? { enabledAt: '2026-11-21T10:00:00Z' } : null,
    isCrossRepository: isFromFork(world, pull),
    viewerCanMergeAsAdmin: false,
    headRefOid: head,
    mergeStateStatus: async () => (await mergeState(world, pull, await head())).toUpperCase(),
    reviewDecision: () => world.settings.reviewDecision ?? null,
    comments: ({ first = 0, after }: Page) => commentNodes(world, number, { first, after }),
    reviews: ({ first = 0, after }: Page) => reviews(world, number, { first, after }),
    timelineItems: ({ itemTypes = [] }: { readonly itemTypes?: readonly string[] }) => ({
      nodes: (world.timelines.get(number) ?? []).filter(({ __typename }) =>
        itemTypes.includes(TYPE_OF[String(__typename)] ?? ''),
      ),
    }),
    commits: async () => ({ nodes: [{ commit: await commitNode(world, await head()) }] }),
  };
}

const TYPE_OF: Readonly<Record<string, string>> = {
  ClosedEvent: 'CLOSED_EVENT',
  HeadRefDeletedEvent: 'HEAD_REF_DELETED_EVENT',
  HeadRefForcePushedEvent: 'HEAD_REF_FORCE_PUSHED_EVENT',
};

interface Page {
  readonly first?: number;
  readonly after?: string | undefined;
}

async function reviews(world: World, number: number, { first = 0, after = '0' }: Page) {
  const { body } = await world.emulated.ask('GET', at(world, `pulls/${number}/reviews?per_page=100`));
  const all = items(body);
  const start = Number(after);
  const nodes = all.slice(start, start + first).map(async review => ({
    databaseId: review.id,
    state: review.state,
    submittedAt: review.submitted_at ?? null,
    url: review.html_url,
    commit: review.commit_id ? { oid: review.commit_id } : null,
    author: world.gone.has(fields(review.user).id) ? null : actorNode(fields(review.user)),
    authorCanPushToRepository: await canPush(world, fields(review.user)),
  }));
  const end = start + first;
  return {
    totalCount: all.length,
    nodes,
    pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
  };
}

/** https://docs.github.com/en/graphql/reference/objects#issuecomment: a deleted account is no author. */
function commentNodes({ comments, gone, owner, repo }: World, number: number, { first = 0, after }: Page) {
  const all = comments.filter(comment => comment.number === number);
  const start = Number(after ?? 0);
  const nodes = all.slice(start, start + first).map(({ id, user, body, createdAt, editedAt }) => ({
    body,
    createdAt,
    lastEditedAt: editedAt ?? null,
    includesCreatedEdit: editedAt !== undefined,
    url: `https://github.com/${owner}/${repo}/pull/${number}#issuecomment-${id}`,
    author: gone.has(user.id) ? null : actorNode(user),
  }));
  const end = start + first;
  return {
    totalCount: all.length,
    nodes,
    pageInfo: { hasNextPage: end < all.length, endCursor: String(end) },
  };
}

async function canPush({ emulated, owner, repo }: World, { login }: Fields): Promise<boolean> {
  if (login === undefined) return false;
  const path = `/repos/${owner}/${repo}/collaborators/${encodeURIComponent(String(login))}/permission`;
  const { body } = await emulated.ask('GET', path);
  return ['admin', 'maintain', 'write'].includes(String(fields(body).role_name));
}

/** A bot has its name without `[bot]` here, unlike in REST: https://docs.github.com/en/graphql/reference/objects#bot */
function actorNode(user: Fields): Fields {
  const login = String(user.login);
  const isBot = login.endsWith('[bot]');
  return { __typename: isBot ? 'Bot' : 'User', login: login.replace(/\[bot\]$/, ''), databaseId: user.id };
}

async function commitNode(world: World, oid: string): Promise<Fields> {
  const contexts = new Map(
    world.statuses
      .filter(({ sha }) => sha === oid)
      .toReversed()
      .map(status => [status.context, status]),
  );
  const isRequired = ({ context }: { readonly context: unknown }) =>
    world.required.some(one => one.context === context);
  const nodes = [
    ...[...contexts.values()].map(({ context, state, description, target_url }) => ({
      __typename: 'StatusContext',
      context,
      state: String(state).toUpperCase(),
      description,
      targetUrl: target_url,
      isRequired: isRequired({ context }),
    })),
    ...world.checkRuns
      .filter(({ sha }) => sha === oid)
      .map(({ name, conclusion = null }) => ({
        __typename: 'CheckRun',
        name,
        status: conclusion === null ? 'IN_PROGRESS' : 'COMPLETED',
        conclusion: conclusion === null ? null : String(conclusion).toUpperCase(),
        isRequired: isRequired({ context: name }),
      })),
  ];
  const rollup = nodes.length === 0 ? null : { state: rollupState(world, oid), contexts: { nodes } };
  return { oid, statusCheckRollup: rollup };
}

function rollupState(world: World, oid: string): string {
  const unmet = unmetStatuses(world, oid).map(({ state }) => state);
  if (unmet.includes('failing')) return 'FAILURE';
  return unmet.length > 0 ? 'PENDING' : 'SUCCESS';
}

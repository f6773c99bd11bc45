import { type ApiAnswer, type ApiRequest, fields, items } from './request.ts';
import { at, type World } from './world.ts';

/** Whether a request of GraphQL only reads: whoever counts writes counts it as none. */
export function onlyReads({ body }: ApiRequest): boolean {
  const { query } = fields(body);
  return typeof query === 'string' && /^\s*query\b/.test(query);
}

/** Answers GraphQL's `repository { object(oid:) }` for trees, blobs and commits, as who asks may see them. */
export async function readObjects(
  world: World,
  { body, authorization }: ApiRequest,
): Promise<ApiAnswer | undefined> {
  const { query, variables } = fields(body);
  const wanted = [
    ...String(query).matchAll(/(\w+): object\(oid: \$(\w+)\) \{ \.\.\. on (Blob|Tree|Commit) \{/g),
  ];
  if (wanted.length === 0) return undefined;
  if (world.settings.slowObjects) return { status: 502, body: { message: 'Something went wrong' } };
  const read = wanted.map(async ([, alias = '', variable = '', kind]) => {
    const name = String(fields(variables)[variable]);
    const path = at(world, `git/${String(kind).toLowerCase()}s/${name}`);
    const answer = await world.emulated.ask('GET', path, undefined, authorization);
    // A tree is none of the commit that has it, though REST answers for both.
    const isCommit =
      kind === 'Tree' && (await world.emulated.ask('GET', at(world, `git/commits/${name}`))).status === 200;
    if (answer.status !== 200 || isCommit) return [alias, null] as const;
    if (kind === 'Commit' && String(query).includes('status {'))
      return [alias, statusOf(world, name)] as const;
    if (kind === 'Commit' && String(query).includes('tree {')) {
      const { sha } = fields(fields(answer.body).tree);
      const root = await world.emulated.ask('GET', at(world, `git/trees/${sha}`), undefined, authorization);
      return [alias, { tree: { oid: sha, ...treeOf(root.body) } }] as const;
    }
    return [alias, SHOWN[String(kind)]?.(answer.body)] as const;
  });
  return { status: 200, body: { data: { repository: Object.fromEntries(await Promise.all(read)) } } };
}

const SHOWN: Readonly<Record<string, (body: unknown) => unknown>> = {
  Tree: treeOf,
  Blob: blobOf,
  Commit: commitOf,
};

/** The newest of each context: https://docs.github.com/en/graphql/reference/objects#status */
function statusOf({ statuses }: World, sha: string) {
  const newest = new Map(
    statuses
      .filter(status => status.sha === sha)
      .toReversed()
      .map(status => [status.context, status]),
  );
  const contexts = [...newest.values()].map(({ context, state, description, target_url }) => ({
    context,
    state: String(state).toUpperCase(),
    description,
    targetUrl: target_url,
  }));
  return { status: contexts.length === 0 ? null : { contexts } };
}

function commitOf(commit: unknown) {
  const { message, parents } = fields(commit);
  return { message, parents: { nodes: items(parents).map(({ sha }) => ({ oid: sha })) } };
}

function treeOf(tree: unknown) {
  return {
    entries: items(fields(tree).tree).map(({ path, mode, sha, size = 0 }) => ({
      name: path,
      mode: Number.parseInt(String(mode), 8),
      oid: sha,
      size,
    })),
  };
}

/** GitHub cuts texts off, and has none of what is binary. */
function blobOf(blob: unknown) {
  const bytes = Buffer.from(String(fields(blob).content), 'base64');
  return { text: bytes.includes(0) ? null : bytes.toString().slice(0, MOST_CHARACTERS) };
}

const MOST_CHARACTERS = 512_000;

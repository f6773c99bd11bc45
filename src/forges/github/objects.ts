import { PromoteError } from '../../errors.ts';
import type { GitHub } from './github.ts';

/** The most objects of one request: GitHub gives up an answer that takes it ten seconds. */
const MOST = 100;

/**
 * Reads Git objects by name, a hundred a request; `fields` is the GraphQL selection. An object is left out if
 * it is missing, is of another kind, or takes GitHub too long. REST then returns it or the reason.
 * https://docs.github.com/en/graphql/reference/objects#repository
 */
export async function readObjects<T>(
  github: GitHub,
  names: readonly string[],
  fields: `... on ${'Blob' | 'Tree' | 'Commit'} {${string}}`,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  const wanted = [...new Set(names)];
  for (let start = 0; start < wanted.length; start += MOST) {
    const some = wanted.slice(start, start + MOST);
    const objects = await ask<T>(github, some, fields);
    for (const [index, name] of some.entries()) {
      const object = objects[`o${index}`];
      if (object) found.set(name, object);
    }
  }
  return found;
}

async function ask<T>(github: GitHub, names: readonly string[], fields: string): Promise<Objects<T>> {
  const variables = Object.fromEntries(names.map((name, index) => [`o${index}`, name]));
  try {
    const { repository } = await github.graphql<{ readonly repository: Objects<T> }>(
      `read ${names.length} objects`,
      queryFor(names, fields),
      // A request that was too much at first is too much again.
      { ...github.place, ...variables, request: { retries: 0 } },
    );
    return repository;
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    return {};
  }
}

type Objects<T> = Readonly<Record<string, T | null>>;

function queryFor(names: readonly string[], fields: string): string {
  const indexes = [...names.keys()];
  const variables = indexes.map(index => `$o${index}: GitObjectID!`).join(', ');
  const objects = indexes.map(index => `o${index}: object(oid: $o${index}) { ${fields} }`).join('\n');
  return `query ($owner: String!, $repo: String!, ${variables}) {
repository(owner: $owner, name: $repo) {
${objects}
} }`;
}
